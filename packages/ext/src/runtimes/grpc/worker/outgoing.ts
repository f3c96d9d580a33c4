import { randomUUID } from "node:crypto";
import { AgentId, CancelledError, TopicId, ValueError, type PublishOptions, type SendOptions } from "@tesserae/core";
import { cloudEvent } from "../protocol/cloud-event.ts";
import type { HostConnection } from "./host-connection.ts";
import type { Payloads } from "./payloads.ts";
import type { RemoteCalls } from "./remote-calls.ts";
import { askForState } from "./remote-state.ts";
import { traceEntries, type TraceContext } from "./trace-context.ts";

/** The key of a request's metadata that holds the id that its sender gave the message. */
export const MESSAGE_ID = "message_id";

/** What sending needs of a worker. */
export interface OutgoingParts {
  readonly payloads: Payloads;
  readonly calls: RemoteCalls;
  readonly traceContext: TraceContext | undefined;
  /** How long an answer is waited for when a call does not say. */
  readonly requestTimeoutMs: number;
}

/** What goes from a worker to its host. */
export class Outgoing {
  readonly #parts: OutgoingParts;

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
  }

  /** Sends a message, and resolves with its answer. */
  async call(connection: HostConnection, message: unknown, recipient: AgentId, options: SendOptions): Promise<unknown> {
    if (!(recipient instanceof AgentId)) {
      throw new ValueError(`The recipient of a message must be an AgentId, got ${String(recipient)}.`);
    }
    const { payloads, calls, traceContext, requestTimeoutMs } = this.#parts;
    const { sender, messageId, timeoutMs = requestTimeoutMs } = options;
    if (!(timeoutMs > 0)) throw new ValueError(`timeoutMs must be more than 0, got ${timeoutMs}.`);
    const signal = options.signal ?? options.run?.signal;
    if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
    const payload = payloads.write(message);
    const call = calls.begin(recipient.toString(), { timeoutMs, signal });
    const request = {
      requestId: call.id,
      source: sender && { type: sender.type, key: sender.key },
      target: { type: recipient.type, key: recipient.key },
      method: "",
      payload,
      metadata: new Map(traceEntries(traceContext)),
    };
    if (messageId !== undefined) request.metadata.set(MESSAGE_ID, messageId);
    connection.send({ request }).catch((error: unknown) => calls.fail(call.id, error));
    return call.reply;
  }

  /** Resolves when the message is on its way. */
  async publish(
    connection: HostConnection,
    message: unknown,
    topicId: TopicId,
    options: PublishOptions,
  ): Promise<void> {
    if (!(topicId instanceof TopicId)) {
      throw new ValueError(`The topic of a message must be a TopicId, got ${String(topicId)}.`);
    }
    const { payloads, traceContext } = this.#parts;
    const { sender, messageId = randomUUID() } = options;
    const event = payloads.writeEvent({ message, topicId, sender, messageId }, traceEntries(traceContext));
    await connection.send({ cloudEvent: cloudEvent.encode(event) });
  }

  /** Saves or loads the state of an agent of another worker. @throws NotAccessibleError */
  askForState(
    connection: HostConnection,
    question: { readonly action: "SaveState" | "LoadState"; readonly id: AgentId; readonly state: string },
  ): Promise<string> {
    const { calls, requestTimeoutMs } = this.#parts;
    return askForState(connection, calls, { ...question, timeoutMs: requestTimeoutMs });
  }
}
