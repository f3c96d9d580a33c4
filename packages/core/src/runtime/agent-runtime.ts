import type { Agent, AgentMetadata } from "../agents/agent.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import type { Subscription } from "../subscriptions/subscription.ts";

/** What may be said about a message that is sent. */
export interface SendOptions {
  readonly sender?: AgentId | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: a new UUID. */
  readonly messageId?: string | undefined;
  /** The run that the handler runs in. Default: no run. */
  readonly run?: RunContext | undefined;
  /** Milliseconds after which the caller gets an error. Default: none. */
  readonly timeoutMs?: number | undefined;
}

/** Makes an agent; called with the runtime and the id it will have. */
export type AgentFactory = (context: {
  readonly runtime: AgentRuntime;
  readonly agentId: AgentId;
}) => Agent | Promise<Agent>;

/** What makes agents, carries messages to them and keeps them. */
export interface AgentRuntime {
  /** Resolves with what the handler returns; its errors reach the caller unchanged. */
  sendMessage<Reply = unknown>(message: unknown, recipient: AgentId, options?: SendOptions): Promise<Reply>;
  /** Resolves when the message is queued. The sender never gets its own message. */
  publishMessage(message: unknown, topicId: TopicId, options?: Omit<SendOptions, "timeoutMs">): Promise<void>;
  registerFactory(
    type: string,
    factory: AgentFactory,
    options?: { readonly expectedClass?: abstract new (...args: never[]) => Agent },
  ): Promise<string>;
  registerAgentInstance(instance: Agent, id: AgentId): Promise<AgentId>;
  tryGetUnderlyingAgentInstance<T extends Agent = Agent>(
    id: AgentId,
    expected?: abstract new (...args: never[]) => T,
  ): Promise<T>;
  get(idOrType: AgentId | string, key?: string, options?: { readonly lazy?: boolean }): Promise<AgentId>;
  agentMetadata(id: AgentId): Promise<AgentMetadata>;
  agentSaveState(id: AgentId): Promise<JsonObject>;
  agentLoadState(id: AgentId, state: JsonObject): Promise<void>;
  addSubscription(subscription: Subscription): Promise<void>;
  removeSubscription(id: string): Promise<void>;
  /** Removes a type: its factory, its instances (closed) and its subscriptions. */
  unregister(type: string): Promise<void>;
  saveState(): Promise<JsonObject>;
  loadState(state: JsonObject): Promise<unknown>;
}
