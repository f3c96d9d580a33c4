import type { Agent, AgentMetadata } from "../agents/agent.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { AgentType } from "../identifiers/agent-type.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";
import type { Logger } from "../logging/logger.ts";
import type { MessageSerializer } from "../messages/message-serializer.ts";
import type { RunContext } from "../run/run-context.ts";
import type { Subscription } from "../subscriptions/subscription.ts";

/** What may be said about a message that is published. */
export interface PublishOptions {
  readonly sender?: AgentId | undefined;
  /** Reaches the handlers through their context. Default: the signal of `run`. */
  readonly signal?: AbortSignal | undefined;
  /** Default: a new UUID. */
  readonly messageId?: string | undefined;
  /** The run that the handlers run in. Default: no run. */
  readonly run?: RunContext | undefined;
}

/** What may be said about a message that is sent. */
export interface SendOptions extends PublishOptions {
  /** Milliseconds after which the caller gets a `TimeoutError` and the handler's signal aborts. Default: none. */
  readonly timeoutMs?: number | undefined;
}

/** Makes an agent; called with the runtime and the id it will have. */
export type AgentFactory = (context: {
  readonly runtime: AgentRuntime;
  readonly agentId: AgentId;
}) => Agent | Promise<Agent>;

/** A class of agents, for checks at run time. */
export type AgentClass<T extends Agent = Agent> = abstract new (...args: never[]) => T;

/** Options of {@link AgentRuntime.registerFactory}. */
export interface RegisterFactoryOptions {
  /** What the factory must make; a subclass will do. Checked when the first agent is made. */
  readonly expectedClass?: AgentClass | undefined;
  /** How many messages one agent of the type handles at once. Default: the runtime's. */
  readonly concurrency?: number | undefined;
}

/** What makes agents, carries messages to them and keeps them. */
export interface AgentRuntime {
  /** Where agents write what nobody must miss; `undefined` when nobody listens. */
  readonly logger?: Logger | undefined;
  /** What the sender of a message gets when no handler takes it: null (the default) or an error. */
  readonly unhandledRpc?: "null" | "error" | undefined;
  /**
   * Resolves with what the handler returns; its errors reach the caller unchanged.
   * @throws UndeliverableException for an unknown agent type and when the runtime stops before the answer.
   */
  sendMessage<Reply = unknown>(message: unknown, recipient: AgentId, options?: SendOptions): Promise<Reply>;
  /** Resolves when the message is queued, not when it is handled. The sender never gets its own message. */
  publishMessage(message: unknown, topicId: TopicId, options?: PublishOptions): Promise<void>;
  /** @throws ValueError for a bad type and for one that is registered already. */
  registerFactory(
    type: string | AgentType,
    factory: AgentFactory,
    options?: RegisterFactoryOptions,
  ): Promise<AgentType>;
  /** Several instances may share a type when they are of the same class. */
  registerAgentInstance(instance: Agent, id: AgentId): Promise<AgentId>;
  /** Makes the agent when it is not there yet. @throws TypeError-like ValueError when it is of another class. */
  tryGetUnderlyingAgentInstance<T extends Agent = Agent>(id: AgentId, expected?: AgentClass<T>): Promise<T>;
  /** The id of an agent. With `lazy: false` the agent is made; lazily nothing is checked. Default key: `"default"`. */
  get(
    idOrType: AgentId | AgentType | string,
    key?: string,
    options?: { readonly lazy?: boolean | undefined },
  ): Promise<AgentId>;
  agentMetadata(id: AgentId): Promise<AgentMetadata>;
  agentSaveState(id: AgentId): Promise<JsonObject>;
  agentLoadState(id: AgentId, state: JsonObject): Promise<void>;
  /** @throws ValueError `Subscription already exists` */
  addSubscription(subscription: Subscription): Promise<void>;
  /** @throws ValueError `Subscription does not exist` */
  removeSubscription(id: string): Promise<void>;
  addMessageSerializer(serializer: MessageSerializer | readonly MessageSerializer[]): void;
  /** Removes a type: its factory, its instances (closed) and its subscriptions. @throws AgentNotFoundError */
  unregister(type: string | AgentType, options?: { readonly keepSubscriptions?: boolean | undefined }): Promise<void>;
  saveState(): Promise<JsonObject>;
  loadState(state: JsonObject): Promise<unknown>;
}
