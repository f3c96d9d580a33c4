import type { MessageContext } from "../agents/agent.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import { plainContext } from "../run/context.ts";
import type { RunContext } from "../run/run-context.ts";
import type { AgentRuntime, PublishOptions, SendOptions } from "./agent-runtime.ts";

/** What a {@link HandlerContext} reads of a message on its way. */
export interface Delivery {
  readonly sender: AgentId | undefined;
  readonly topicId: TopicId | undefined;
  readonly signal: AbortSignal | undefined;
  readonly messageId: string;
  readonly run: RunContext | undefined;
}

/**
 * The context of one delivery, for those who write runtimes.
 *
 * It only points at the delivery: nothing is computed that no handler reads.
 */
export class HandlerContext implements MessageContext {
  readonly #runtime: AgentRuntime;
  readonly #agentId: AgentId | undefined;
  readonly #delivery: Delivery;

  /** @param agentId the agent that handles the message: the sender of what the handler sends. */
  constructor(runtime: AgentRuntime, agentId: AgentId | undefined, delivery: Delivery) {
    this.#runtime = runtime;
    this.#agentId = agentId;
    this.#delivery = delivery;
  }

  get sender(): AgentId | undefined {
    return this.#delivery.sender;
  }

  get topicId(): TopicId | undefined {
    return this.#delivery.topicId;
  }

  get isRpc(): boolean {
    return this.#delivery.topicId === undefined;
  }

  get signal(): AbortSignal | undefined {
    return this.#delivery.signal;
  }

  get messageId(): string {
    return this.#delivery.messageId;
  }

  get run(): RunContext {
    return this.#delivery.run ?? plainContext({ signal: this.#delivery.signal });
  }

  send<Reply = unknown>(
    message: unknown,
    recipient: AgentId,
    options: Omit<SendOptions, "sender"> = {},
  ): Promise<Reply> {
    return this.#runtime.sendMessage<Reply>(message, recipient, {
      sender: this.#agentId,
      signal: options.signal ?? this.#delivery.signal,
      messageId: options.messageId,
      run: options.run ?? this.#delivery.run,
      timeoutMs: options.timeoutMs,
    });
  }

  publish(message: unknown, topicId: TopicId, options: Omit<PublishOptions, "sender"> = {}): Promise<void> {
    return this.#runtime.publishMessage(message, topicId, {
      sender: this.#agentId,
      signal: options.signal ?? this.#delivery.signal,
      messageId: options.messageId,
      run: options.run ?? this.#delivery.run,
    });
  }
}
