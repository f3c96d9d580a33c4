import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import type { AgentRuntime, PublishOptions, SendOptions } from "../runtime/agent-runtime.ts";

/** What a handler is told about the message it handles, and how it goes on from there. */
export interface MessageContext {
  readonly sender: AgentId | undefined;
  /** The topic for a published message, `undefined` for a direct one. */
  readonly topicId: TopicId | undefined;
  /** True for a direct message, whose sender waits for the answer. */
  readonly isRpc: boolean;
  /** Aborts when the sender gives up; long work must watch it. */
  readonly signal: AbortSignal | undefined;
  /** What the sender gave, else a UUID. */
  readonly messageId: string;
  /** The run in which the message was sent: the handler runs in its sender's run. */
  readonly run: RunContext;
  /** Sends as the agent that handles this message, in the same run and with the same signal unless told otherwise. */
  send<Reply = unknown>(message: unknown, recipient: AgentId, options?: Omit<SendOptions, "sender">): Promise<Reply>;
  /** Publishes as the agent that handles this message, in the same run and with the same signal unless told otherwise. */
  publish(message: unknown, topicId: TopicId, options?: Omit<PublishOptions, "sender">): Promise<void>;
}

/** Who an agent is. */
export interface AgentMetadata {
  readonly type: string;
  readonly key: string;
  readonly description: string;
}

/** An actor: it gets messages from a runtime and may answer them. */
export interface Agent {
  readonly metadata: AgentMetadata;
  readonly id: AgentId;
  /** Called by the runtime, once, before the first message. */
  bindIdAndRuntime(id: AgentId, runtime: AgentRuntime): void;
  /** Called by the runtime only. Returns the answer or a promise of it. */
  onMessage(message: unknown, context: MessageContext): unknown;
  /** Must give JSON. */
  saveState(): Promise<JsonObject>;
  loadState(state: JsonObject): Promise<void>;
  /** Called by the runtime when it closes, or when it lets go of the agent. */
  close(): Promise<void>;
}
