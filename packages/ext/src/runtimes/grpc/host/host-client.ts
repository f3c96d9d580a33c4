import type { ChannelMessage, ControlMessage } from "../protocol/messages.ts";
import type { HostStream } from "./host-stream.ts";

/** A request that a worker has not answered yet. */
export interface AwaitedReply {
  readonly requester: HostClient;
  /** The id under which the requester knows it. */
  readonly requestId: string;
}

/** What the host knows of one worker. */
export class HostClient {
  readonly id: string;
  channel: HostStream<ChannelMessage> | undefined;
  control: HostStream<ControlMessage> | undefined;
  readonly agentTypes: Set<string> = new Set();
  readonly subscriptionIds: Set<string> = new Set();
  /** By the id that the host gave the request: those of two workers may be equal. */
  readonly awaited: Map<string, AwaitedReply> = new Map();
  /** Runs while the worker has registered something and has no channel. */
  grace: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string) {
    this.id = id;
  }
}
