import { Interceptor } from "../intervention/interceptor.ts";
import type { InterventionHandler } from "../intervention/intervention-handler.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { JsonObject } from "../json.ts";
import type { LogSink } from "../logging/log-sink.ts";
import { getLogger } from "../logging/logger.ts";
import { IdleAgents, restore, type IdleAgentsOptions } from "./idle-agents.ts";
import { emitWarning } from "../logging/warnings.ts";
import type { SendOptions } from "./agent-runtime.ts";
import type { LocalRuntimeOptions } from "./local-runtime-options.ts";
import { LocalRuntime } from "./local-runtime.ts";
import { cloneMessage, deepFreeze } from "./message-guards.ts";
import { RuntimeLog } from "./runtime-log.ts";

/** Options of {@link SingleThreadedAgentRuntime}. */
export interface SingleThreadedAgentRuntimeOptions extends LocalRuntimeOptions {
  readonly interventionHandlers?: readonly InterventionHandler[] | undefined;
  /** Where log records and events go. Default: nowhere, at no cost. */
  readonly log?: LogSink | readonly LogSink[] | undefined;
  /** Freezes every message deeply when it is sent, so that no recipient can change it for the others. */
  readonly freezeMessages?: boolean | undefined;
  /** Gives every recipient its own deep copy of the message. */
  readonly cloneMessages?: boolean | undefined;
  /** Lets go of agents that get no messages. Default: they live as long as the runtime. */
  readonly idleAgents?: IdleAgentsOptions | undefined;
}

/** Milliseconds that a message may wait for the start. */
const PATIENCE_MS = 1000;

/**
 * Runs agents in this process: one queue, first in first out, handlers started one after another and running
 * concurrently wherever they await.
 */
export class SingleThreadedAgentRuntime extends LocalRuntime {
  /** Nobody has let it work yet. */
  #isNew = true;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SingleThreadedAgentRuntimeOptions = {}) {
    super(options, (serializers) => {
      const { interventionHandlers = [], idleAgents } = options;
      const logger = options.log === undefined ? undefined : getLogger(options.log);
      const log = logger === undefined ? undefined : new RuntimeLog(logger, serializers);
      return {
        logger,
        log,
        interceptor: interventionHandlers.length === 0 ? undefined : new Interceptor(interventionHandlers),
        clone: options.cloneMessages === true ? cloneMessage : undefined,
        freeze: options.freezeMessages === true ? deepFreeze : undefined,
        restore: idleAgents === undefined ? undefined : (agent, id) => restore(agent, id, idleAgents),
        idle: (agents, isRunning) => new IdleAgents(agents, idleAgents, log, isRunning),
      };
    });
  }

  /**
   * Saves an agent, closes it and forgets it; the next message makes it again. Resolves with its state, with
   * `undefined` when there is no such agent.
   * @throws RuntimeError when the agent is busy, and for one that was registered as an instance.
   */
  evict(id: AgentId): Promise<JsonObject | undefined> {
    return this.idle?.evict(id) ?? Promise.resolve(undefined);
  }

  /** A caller who waits for an answer of a runtime that nobody starts would wait without a word. */
  override sendMessage<Reply = unknown>(message: unknown, recipient: AgentId, options?: SendOptions): Promise<Reply> {
    if (this.#isNew && this.#patience === undefined) {
      this.#patience = setTimeout(() => this.#warn(), PATIENCE_MS);
    }
    return super.sendMessage(message, recipient, options);
  }

  override start(): void {
    super.start();
    this.#isUsed();
  }

  override processNext(): Promise<void> {
    this.#isUsed();
    return super.processNext();
  }

  override close(): Promise<void> {
    this.#isUsed();
    return super.close();
  }

  #isUsed(): void {
    this.#isNew = false;
    clearTimeout(this.#patience);
  }

  #warn(): void {
    if (this.unprocessedMessagesCount === 0) return;
    emitWarning(
      "TESSERAE_RUNTIME_NOT_STARTED",
      "A message waits in a runtime that was never started: call runtime.start(), also for a team that was given one.",
    );
  }
}
