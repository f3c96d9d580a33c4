import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import type { AgentRuntime } from "../runtime/agent-runtime.ts";

/** What a handler is told about the message it handles. */
export interface MessageContext {
  readonly sender: AgentId | undefined;
  /** The topic for a published message, `undefined` for a direct one. */
  readonly topicId: TopicId | undefined;
  /** True for a direct message, whose sender waits for the answer. */
  readonly isRpc: boolean;
  readonly signal: AbortSignal | undefined;
  readonly messageId: string;
  /** The run in which the message was sent: the handler runs in its sender's run. */
  readonly run: RunContext;
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
  /** Called by the runtime only. */
  onMessage(message: unknown, context: MessageContext): unknown;
  saveState(): Promise<JsonObject>;
  loadState(state: JsonObject): Promise<void>;
  close(): Promise<void>;
}
