import type { Agent } from "../agents/agent.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { Interceptor } from "../intervention/interceptor.ts";
import type { Logger } from "../logging/logger.ts";
import type { AgentStore } from "./agent-store.ts";
import type { IdleAgents } from "./idle-agents.ts";
import type { RuntimeLog } from "./runtime-log.ts";

/** Options of a `LocalRuntime`. */
export interface LocalRuntimeOptions {
  /**
   * Whether an error in an event handler is only logged (the default), or stops the runtime and is thrown by the next
   * `stop`, `stopWhenIdle`, `stopWhen` or `processNext`. The errors of direct messages go to their callers either way.
   */
  readonly ignoreUnhandledExceptions?: boolean | undefined;
  /** Publishers wait while more messages than this are queued. Default: no limit. */
  readonly maxQueueSize?: number | undefined;
  /**
   * How many messages one agent handles at once. Default: no limit, everything runs concurrently at `await`.
   * With a limit an agent must not wait for an answer that needs itself: to send to itself or in a cycle blocks it.
   */
  readonly concurrency?: number | undefined;
  /** What the sender of a message that no handler takes gets: null (the default) or `CantHandleException`. */
  readonly unhandledRpc?: "null" | "error" | undefined;
  /** After so many messages timers and input are let run. Default: 256. */
  readonly yieldEvery?: number | undefined;
}

/** What a runtime does beside passing messages on. */
export interface RuntimeExtras {
  readonly logger?: Logger | undefined;
  readonly log?: RuntimeLog | undefined;
  readonly interceptor?: Interceptor | undefined;
  /** Makes a recipient's own copy of a message. */
  readonly clone?: ((message: unknown) => unknown) | undefined;
  /** Looks at every message before it is sent. */
  readonly freeze?: ((message: unknown) => void) | undefined;
  /** Gives a new agent the state that it was saved with. */
  readonly restore?: ((agent: Agent, id: AgentId) => Promise<void>) | undefined;
  /** Looks after agents that get no messages. */
  readonly idle?: ((agents: AgentStore, isRunning: () => boolean) => IdleAgents) | undefined;
}
