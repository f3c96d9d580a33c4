import { RuntimeError, checkTypes, type JsonObject } from "@tesserae/core";
import type { ChatAgent } from "../../base/chat-agent.ts";
import { checkedOptions } from "../../base/checked-options.ts";
import type { RunStream } from "../../base/run-stream.ts";
import type { Response, TaskResult } from "../../base/task.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import type { StreamItem } from "../../messages/types.ts";

/** What a team must know of a participant that lives in another process. */
export interface RemoteParticipantOptions {
  /** The name of the agent or team over there. */
  readonly name: string;
  /** What it is good for: a selector or an orchestrator chooses by it. */
  readonly description: string;
  /** The kinds of message beyond the built-in ones that it answers with. */
  readonly producedMessageTypes?: readonly MessageDefinition[] | undefined;
}

/** Tells the participant to hold on or to go on. */
export type TellParticipant = (notice: "GroupChatPause" | "GroupChatResume") => Promise<void>;

/**
 * Stands in a team for an agent or a team of another process, which {@link serveParticipant} offers there under the
 * same name and team id. The team needs a runtime that reaches it.
 */
export class RemoteParticipant implements ChatAgent {
  readonly name: string;
  readonly description: string;
  readonly producedMessageTypes: readonly MessageDefinition[];
  /** Told to the journal of a run: `remote` is set for a team that has such a member. */
  readonly isElsewhere = true;
  #tell: TellParticipant | undefined;

  /** @throws ValueError without a name or a description. */
  constructor(options: RemoteParticipantOptions) {
    const {
      name,
      description,
      producedMessageTypes = [],
    } = checkedOptions(options, "RemoteParticipant", "name, description");
    checkTypes("string", { name, description });
    this.name = name;
    this.description = description;
    this.producedMessageTypes = producedMessageTypes;
  }

  /** Called by the runtime of its team, which knows the way. */
  reachedBy(tell: TellParticipant): void {
    this.#tell = tell;
  }

  onMessages(): Promise<Response> {
    return Promise.reject(this.#isElsewhere());
  }

  onMessagesStream(): AsyncIterable<StreamItem | Response> {
    throw this.#isElsewhere();
  }

  run(): Promise<TaskResult> {
    return Promise.reject(this.#isElsewhere());
  }

  runStream(): RunStream {
    throw this.#isElsewhere();
  }

  saveState(): Promise<JsonObject> {
    return Promise.reject(this.#isElsewhere());
  }

  loadState(): Promise<void> {
    return Promise.reject(this.#isElsewhere());
  }

  onReset(): Promise<void> {
    return Promise.reject(this.#isElsewhere());
  }

  async onPause(): Promise<void> {
    await this.#tell?.("GroupChatPause");
  }

  async onResume(): Promise<void> {
    await this.#tell?.("GroupChatResume");
  }

  /** It is not ours to close. */
  async close(): Promise<void> {}

  #isElsewhere(): RuntimeError {
    return new RuntimeError(
      `The participant '${this.name}' lives in another process. Give its team a runtime that reaches it, such as a GrpcWorkerAgentRuntime.`,
    );
  }
}
