import {
  AgentId,
  SingleThreadedAgentRuntime,
  TypeSubscription,
  type Agent,
  type AgentRuntime,
  type JsonObject,
  type RunContext,
} from "@tesserae/core";
import type { GroupChatEnvelope } from "./envelopes.ts";
import type { TeamAddresses } from "./names.ts";

/** What a team puts into its runtime. */
export interface TeamActors {
  readonly manager: () => Agent;
  /** By participant name, in the order of speaking. */
  readonly containers: ReadonlyMap<string, () => Agent>;
}

/** The actors of one team in a runtime: the team's own, or one that the caller starts and stops. */
export class TeamRuntime {
  readonly #addresses: TeamAddresses;
  readonly #actors: TeamActors;
  readonly #given: AgentRuntime | undefined;
  readonly #own: SingleThreadedAgentRuntime | undefined;
  #registered: Promise<void> | undefined;

  constructor(addresses: TeamAddresses, actors: TeamActors, given: AgentRuntime | undefined) {
    this.#addresses = addresses;
    this.#actors = actors;
    this.#given = given;
    this.#own = given === undefined ? new SingleThreadedAgentRuntime({ ignoreUnhandledExceptions: false }) : undefined;
  }

  /** True when the actors were registered. */
  get isInitialized(): boolean {
    return this.#registered !== undefined;
  }

  /** Registers the actors, once. */
  initialize(): Promise<void> {
    this.#registered ??= this.#register();
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

  /** Sends an envelope to the manager and waits until it is handled. */
  async tellManager(envelope: GroupChatEnvelope, run: RunContext): Promise<void> {
    await this.#runtime.sendMessage(envelope, this.#managerId(), { run });
  }

  /** Sends an envelope to every participant, one after the other, then to the manager. */
  async tellAll(envelope: GroupChatEnvelope, run: RunContext): Promise<void> {
    for (const name of this.#actors.containers.keys()) {
      await this.#runtime.sendMessage(envelope, this.#participantId(name), { run });
    }
    await this.tellManager(envelope, run);
  }

  saveManager(): Promise<JsonObject> {
    return this.#runtime.agentSaveState(this.#managerId());
  }

  saveParticipant(name: string): Promise<JsonObject> {
    return this.#runtime.agentSaveState(this.#participantId(name));
  }

  loadManager(state: JsonObject): Promise<void> {
    return this.#runtime.agentLoadState(this.#managerId(), state);
  }

  loadParticipant(name: string, state: JsonObject): Promise<void> {
    return this.#runtime.agentLoadState(this.#participantId(name), state);
  }

  /** Takes the actors out of the runtime. */
  async close(): Promise<void> {
    if (this.#registered === undefined) return;
    const types = [...this.#actors.containers.keys()].map((name) => this.#addresses.participant(name));
    for (const type of [...types, this.#addresses.manager]) await this.#runtime.unregister(type);
    this.#registered = undefined;
  }

  get #runtime(): AgentRuntime {
    const runtime = this.#given ?? this.#own;
    if (runtime === undefined) throw new Error("A team has a runtime of its own or a given one.");
    return runtime;
  }

  #managerId(): AgentId {
    return new AgentId(this.#addresses.manager, this.#addresses.teamId);
  }

  #participantId(name: string): AgentId {
    return new AgentId(this.#addresses.participant(name), this.#addresses.teamId);
  }

  async #register(): Promise<void> {
    const { groupTopic, outputTopic, manager } = this.#addresses;
    const runtime = this.#runtime;
    for (const [name, make] of this.#actors.containers) {
      const type = this.#addresses.participant(name);
      await runtime.registerFactory(type, make);
      await runtime.addSubscription(new TypeSubscription(type, type));
      await runtime.addSubscription(new TypeSubscription(groupTopic, type));
    }
    await runtime.registerFactory(manager, this.#actors.manager);
    for (const topic of [manager, groupTopic, outputTopic]) {
      await runtime.addSubscription(new TypeSubscription(topic, manager));
    }
  }
}
