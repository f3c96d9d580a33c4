import type { Agent } from "../agents/agent.ts";
import { RuntimeError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { JsonObject } from "../json.ts";
import type { AgentCell } from "./agent-cell.ts";
import type { AgentStore } from "./agent-store.ts";
import { startWaiting } from "./handler-calls.ts";
import type { RuntimeLog } from "./runtime-log.ts";

/** Where the agents go that get no messages, and from where they come back. */
export interface IdleAgentsOptions {
  /** Milliseconds without a message after which an agent is let go; it may take twice as long. */
  readonly afterMs: number;
  readonly save: (id: AgentId, state: JsonObject) => Promise<void>;
  /** The state to give an agent that is being made; `undefined` for a new one. */
  readonly load: (id: AgentId) => Promise<JsonObject | undefined>;
}

/** Lets go of agents: they are saved, closed, and made again when the next message comes. */
export class IdleAgents {
  readonly #agents: AgentStore;
  readonly #options: IdleAgentsOptions | undefined;
  readonly #log: RuntimeLog | undefined;
  readonly #isRunning: () => boolean;
  #timer: ReturnType<typeof setInterval> | undefined = undefined;

  /** @param isRunning tells whether the runtime runs; a stopped one lets go of nobody. */
  constructor(
    agents: AgentStore,
    options: IdleAgentsOptions | undefined,
    log: RuntimeLog | undefined,
    isRunning: () => boolean,
  ) {
    this.#agents = agents;
    this.#isRunning = isRunning;
    this.#options = options;
    this.#log = log;
  }

  start(): void {
    if (this.#options === undefined || this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#sweep(), this.#options.afterMs);
    this.#timer.unref?.();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Saves and closes the agent. Messages that come meanwhile wait and go to the one that takes its place. */
  async evict(id: AgentId): Promise<JsonObject | undefined> {
    const cell = this.#agents.cell(id.toString());
    if (cell === undefined) return undefined;
    if (!this.#agents.hasFactory(id.type)) {
      throw new RuntimeError(
        `Agent ${id} was registered as an instance and cannot be made again; unregister its type.`,
      );
    }
    if (cell.active > 0 || cell.limit === 0) {
      throw new RuntimeError(`Agent ${id} is busy with ${cell.active} messages; evict it when it is idle.`);
    }
    return this.#evict(cell);
  }

  async #evict(cell: AgentCell): Promise<JsonObject> {
    const { limit } = cell;
    cell.limit = 0;
    try {
      const state = await cell.agent.saveState();
      await this.#options?.save(cell.id, state);
      this.#agents.remove(cell);
      await cell.agent.close();
      return state;
    } finally {
      cell.limit = limit;
      startWaiting(cell);
    }
  }

  #sweep(): void {
    if (!this.#isRunning()) {
      this.stop();
      return;
    }
    for (const cell of this.#agents.cells) {
      if (cell.touched || cell.active > 0 || cell.limit === 0 || !this.#agents.hasFactory(cell.id.type)) {
        cell.touched = false;
        continue;
      }
      this.#evict(cell).catch((error: unknown) => {
        this.#log?.logger.error(`Agent ${cell.id} could not be let go`, error);
      });
    }
  }
}

/** Gives a new agent the state that it was saved with. */
export async function restore(agent: Agent, id: AgentId, options: IdleAgentsOptions): Promise<void> {
  const state = await options.load(id);
  if (state !== undefined) await agent.loadState(state);
}
