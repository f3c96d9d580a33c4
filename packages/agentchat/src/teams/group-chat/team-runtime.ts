import {
  AgentId,
  LocalRuntime,
  TypeSubscription,
  type Agent,
  type AgentRuntime,
  type RunContext,
} from "@tesserae/core";
import type { GroupChatEnvelope, GroupChatStart, GroupChatTermination } from "./envelopes.ts";
import { isDistributed, type TeamParts } from "./team-parts.ts";

/** So often a runtime may rest before what is on its way is waited for no more: perhaps nobody has started it. */
const MOST_RESTS = 100;

/** What a team puts into its runtime. */
export interface TeamActors {
  /** The name under which the manager stands in the state of the team. */
  readonly managerName: string;
  readonly manager: () => Agent;
  /** By participant name, in the order of speaking. */
  readonly containers: ReadonlyMap<string, () => Agent>;
}

/** The actors of one team in a runtime: the team's own, or one that the caller starts and stops. */
export class TeamRuntime {
  /** The actors of the participants in their order, and of the manager, last. */
  readonly ids: ReadonlyMap<string, AgentId>;
  readonly #parts: TeamParts;
  readonly #actors: TeamActors;
  readonly #manager: AgentId;
  readonly #given: AgentRuntime | undefined;
  /** The given one, where it reaches other processes, as its actors see it. */
  #reached: AgentRuntime | undefined;
  #own: LocalRuntime | undefined;
  /** The types that are registered. */
  readonly #known: string[] = [];
  #registered: Promise<void> | undefined;

  constructor(parts: TeamParts, actors: TeamActors, given: AgentRuntime | undefined) {
    const { addresses } = parts;
    this.#parts = parts;
    this.#actors = actors;
    this.#given = given;
    const { teamId } = addresses;
    this.#manager = new AgentId(addresses.manager, teamId);
    this.ids = new Map([
      ...Array.from(
        actors.containers.keys(),
        (name) => [name, new AgentId(addresses.participant(name), teamId)] as const,
      ),
      [actors.managerName, this.#manager],
    ]);
  }

  /** True when the actors were registered. */
  get isInitialized(): boolean {
    return this.#registered !== undefined;
  }

  /** Registers the actors, once; again when it could not be done. */
  initialize(): Promise<void> {
    this.#registered ??= this.#register().catch(async (error: unknown) => {
      await this.close().catch(() => undefined);
      throw error;
    });
    return this.#registered;
  }

  /** Lets the team's own runtime work while the body runs, and waits until everything is handled. */
  async whileRunning<T>(body: () => Promise<T>): Promise<T> {
    await this.initialize();
    this.#own?.start();
    try {
      return await body();
    } finally {
      await this.#own?.stopWhenIdle();
    }
  }

  /**
   * Resolves when what was on its way has come: a runtime lets the event loop turn now and then, with messages still to be
   * delivered, which stand in nobody's state.
   */
  async delivered(): Promise<void> {
    const { runtime } = this;
    for (let left = MOST_RESTS; left > 0; left -= 1) {
      if (!(runtime instanceof LocalRuntime) || runtime.unprocessedMessagesCount === 0) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Starts a run and waits for its end. Rejects when the runtime is stopped before. */
  lead(start: GroupChatStart, run: RunContext): Promise<GroupChatTermination | undefined> {
    return this.runtime.sendMessage<GroupChatTermination | undefined>(start, this.#manager, { run });
  }

  /** Sends an envelope to every participant, one after the other, then to the manager. */
  async tellAll(envelope: GroupChatEnvelope, run: RunContext): Promise<void> {
    for (const id of this.ids.values()) await this.runtime.sendMessage(envelope, id, { run });
  }

  /** Takes the actors out of the runtime. */
  async close(): Promise<void> {
    if (this.#registered === undefined) return;
    this.#registered = undefined;
    const own = this.#own;
    this.#own = undefined;
    const known = this.#known.splice(0);
    if (own !== undefined) await own.close();
    else for (const type of known) await this.runtime.unregister(type);
  }

  /** Where the actors live. */
  get runtime(): AgentRuntime {
    return this.#reached ?? this.#given ?? (this.#own ??= new LocalRuntime({ ignoreUnhandledExceptions: false }));
  }

  async #register(): Promise<void> {
    const { addresses } = this.#parts;
    const { groupTopic, outputTopic, manager } = addresses;
    if (isDistributed(this.#given)) this.#reached = await this.#given.forTeam(this.#parts);
    const runtime = this.runtime;
    const add = async (type: string, make: () => Agent, topics: readonly string[]): Promise<void> => {
      // The manager's answer to the start of a run comes at its end; meanwhile it must be free to lead.
      await runtime.registerFactory(type, make, { concurrency: Infinity });
      this.#known.push(type);
      for (const topic of topics) await runtime.addSubscription(new TypeSubscription(topic, type));
    };
    for (const [name, make] of this.#actors.containers) {
      const type = addresses.participant(name);
      await add(type, make, [type, groupTopic]);
    }
    // Last, so that every participant has heard an answer when the manager hears it.
    await add(manager, this.#actors.manager, [manager, groupTopic, outputTopic]);
  }
}
