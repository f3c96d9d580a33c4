import { RuntimeError, ValueError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";
import { emitWarning } from "../logging/warnings.ts";
import type { AgentRuntime, PublishOptions, SendOptions } from "../runtime/agent-runtime.ts";
import type { Agent, AgentMetadata, MessageContext } from "./agent.ts";
import { agentInTheMaking } from "./agent-scope.ts";

/**
 * What agents are made of: one knows its id and its runtime, and sends as itself. For actors whose owner registers them,
 * as a team does; whoever registers a class by its name and its types of message takes `BaseAgent`.
 */
export abstract class BoundAgent implements Agent {
  readonly #description: string;
  #id: AgentId | undefined;
  #runtime: AgentRuntime | undefined;

  /** @throws ValueError unless the description is a string. */
  constructor(description: string) {
    if (typeof description !== "string") {
      throw new ValueError(`The description of an agent must be a string, got ${typeof description}.`);
    }
    this.#description = description;
    const instantiation = agentInTheMaking();
    this.#id = instantiation?.agentId;
    this.#runtime = instantiation?.runtime;
  }

  get id(): AgentId {
    return this.#id ?? notBound("id");
  }

  get type(): string {
    return this.id.type;
  }

  get runtime(): AgentRuntime {
    return this.#runtime ?? notBound("runtime");
  }

  get description(): string {
    return this.#description;
  }

  get metadata(): AgentMetadata {
    const { type, key } = this.id;
    return { type, key, description: this.#description };
  }

  /** @throws RuntimeError when the agent has another id or runtime already. */
  bindIdAndRuntime(id: AgentId, runtime: AgentRuntime): void {
    if (this.#id !== undefined && this.#id !== id && !this.#id.equals(id)) {
      throw new RuntimeError("Agent is already bound to a different ID");
    }
    if (this.#runtime !== undefined && this.#runtime !== runtime) {
      throw new RuntimeError("Agent is already bound to a different runtime");
    }
    this.#id = id;
    this.#runtime = runtime;
  }

  /** Called by runtimes. Override {@link onMessageImpl} instead. */
  onMessage(message: unknown, context: MessageContext): unknown {
    return this.onMessageImpl(message, context);
  }

  /** Handles a message; returns the answer or a promise of it. */
  abstract onMessageImpl(message: unknown, context: MessageContext): unknown;

  /** Sends as this agent. Inside a handler pass its run on, `{ run: context.run }`, or use `context.send`. */
  sendMessage<Reply = unknown>(
    message: unknown,
    recipient: AgentId,
    options: Omit<SendOptions, "sender"> = {},
  ): Promise<Reply> {
    const { signal, messageId, run, timeoutMs } = options;
    return this.runtime.sendMessage<Reply>(message, recipient, { sender: this.id, signal, messageId, run, timeoutMs });
  }

  /** Publishes as this agent. Inside a handler pass its run on, `{ run: context.run }`, or use `context.publish`. */
  publishMessage(message: unknown, topicId: TopicId, options: Omit<PublishOptions, "sender"> = {}): Promise<void> {
    const { signal, messageId, run } = options;
    return this.runtime.publishMessage(message, topicId, { sender: this.id, signal, messageId, run });
  }

  /** Override it to keep something; what it returns must be JSON. */
  async saveState(): Promise<JsonObject> {
    emitWarning("TESSERAE_STATE_NOT_SAVED", `saveState is not implemented by ${this.constructor.name}.`);
    return {};
  }

  async loadState(_state: JsonObject): Promise<void> {
    emitWarning("TESSERAE_STATE_NOT_LOADED", `loadState is not implemented by ${this.constructor.name}.`);
  }

  async close(): Promise<void> {}
}

function notBound(property: string): never {
  throw new RuntimeError(
    `The agent has no ${property} yet. Make it in a factory that is registered with a runtime, or register the instance.`,
  );
}
