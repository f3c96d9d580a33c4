import {
  RuntimeError,
  ValueError,
  isObject,
  plainContext,
  raceSignal,
  scope,
  type JsonObject,
  type RunContext,
} from "@tesserae/core";
import type { Team } from "../../base/chat-agent.ts";
import { deferred } from "../../deferred.ts";
import type { RunOptions } from "../../base/run-options.ts";
import type { RunStream } from "../../base/run-stream.ts";
import type { Task, TaskResult } from "../../base/task.ts";
import type { TerminationCondition } from "../../base/termination-condition.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import { runRunner, streamRunner, type RunnerTurn } from "../../run/perform-run.ts";
import { ChatAgentContainer } from "./chat-agent-container.ts";
import type { GroupChatTermination } from "./envelopes.ts";
import { GroupChatManager } from "./group-chat-manager.ts";
import { checkParticipants, isTeam, teamAddresses, type Participant } from "./names.ts";
import type { SpeakerSelection } from "./speaker-selection.ts";
import type { TeamOptions } from "./team-options.ts";
import type { ActiveRun, TeamRun } from "./team-run.ts";
import { TeamRuntime } from "./team-runtime.ts";

/** What one kind of team tells the common base. */
export interface TeamKind {
  /** The name of the class: the team's default name. */
  readonly name: string;
  /** The manager's name, by which it stands in states and events. */
  readonly managerName: string;
  readonly description: string;
  readonly selection: SpeakerSelection;
  /** The kind of team ends by itself. */
  readonly endsByItself?: boolean;
}

/** The base of teams: a manager and a container for each participant, in a runtime. */
export abstract class BaseGroupChat implements Team {
  readonly name: string;
  readonly description: string;
  readonly participants: readonly Participant[];
  readonly terminationCondition: TerminationCondition | undefined;
  readonly maxTurns: number | undefined;
  readonly emitTeamEvents: boolean;
  /** The kinds of message this team knows. */
  readonly messages: MessageRegistry;
  readonly #managerName: string;
  readonly #runtime: TeamRuntime;
  readonly #active: ActiveRun = { current: undefined };
  #running = false;

  constructor(options: TeamOptions, kind: TeamKind) {
    checkParticipants(options.participants, kind.managerName);
    if (options.maxTurns !== undefined && !(Number.isInteger(options.maxTurns) && options.maxTurns > 0)) {
      throw new ValueError(`The maximum number of turns must be greater than 0, got ${options.maxTurns}.`);
    }
    this.name = options.name ?? kind.name;
    this.description = options.description ?? kind.description;
    this.participants = [...options.participants];
    this.terminationCondition = options.terminationCondition;
    this.maxTurns = options.maxTurns;
    this.emitTeamEvents = options.emitTeamEvents ?? false;
    this.messages = teamMessages(this.participants, options.customMessageTypes ?? []);
    this.#managerName = kind.managerName;
    if (this.terminationCondition === undefined && this.maxTurns === undefined && kind.endsByItself !== true) {
      process.emitWarning(
        `The team '${this.name}' has neither a termination condition nor maxTurns: it may never stop.`,
        { code: "TESSERAE_UNBOUNDED_TEAM" },
      );
    }
    const addresses = teamAddresses(plainContext().id(), kind.managerName);
    const shared = { addresses, messages: this.messages, active: this.#active };
    const containers = this.participants.map(
      (participant) => [participant.name, () => new ChatAgentContainer({ ...shared, participant })] as const,
    );
    const manager = (): GroupChatManager =>
      new GroupChatManager({
        ...shared,
        name: kind.managerName,
        participants: this.participants.map((participant) => participant.name),
        selection: kind.selection,
        terminationCondition: this.terminationCondition,
        maxTurns: this.maxTurns,
        emitTeamEvents: this.emitTeamEvents,
      });
    this.#runtime = new TeamRuntime(addresses, { manager, containers: new Map(containers) }, options.runtime);
  }

  /** Works on the task until the team stops. */
  run(task?: Task, options: RunOptions = {}): Promise<TaskResult> {
    return runRunner(this, this.messages, task, options, (turn) => this.#perform(turn, options));
  }

  /** {@link BaseGroupChat.run} as a stream of what happens, the result last. */
  runStream(task?: Task, options: RunOptions = {}): RunStream {
    return streamRunner(this, this.messages, task, options, (turn) => this.#perform(turn, options));
  }

  /** Back to the beginning: the participants, the thread, the condition. */
  async reset(): Promise<void> {
    this.#checkIdle("The team is currently running. Stop it before it is reset.");
    await this.#exclusive(() =>
      this.#runtime.whileRunning(() => this.#runtime.tellAll({ type: "GroupChatReset" }, plainContext())),
    );
  }

  /** Tells the participants to hold on; `run` stays pending. */
  pause(): Promise<void> {
    return this.#tellParticipants("GroupChatPause");
  }

  /** Tells the participants to go on. */
  resume(): Promise<void> {
    return this.#tellParticipants("GroupChatResume");
  }

  /** The state of the participants and of the manager. */
  async saveState(): Promise<JsonObject> {
    await this.#runtime.initialize();
    const states: Record<string, JsonObject> = {};
    for (const { name } of this.participants) states[name] = await this.#runtime.saveParticipant(name);
    states[this.#managerName] = await this.#runtime.saveManager();
    return { type: "TeamState", version: "1.0.0", agent_states: states };
  }

  /** Takes a state back that `saveState` gave, here or in Python. */
  async loadState(state: JsonObject): Promise<void> {
    this.#checkIdle("The team's state cannot be loaded while it is running.");
    const states = state["agent_states"];
    if (!isObject(states)) {
      throw new ValueError('Invalid state format: a team state holds the states of its members under "agent_states".');
    }
    for (const name of [...this.participants.map((participant) => participant.name), this.#managerName]) {
      if (!isObject(states[name])) throw new ValueError(`Agent state for ${name} not found in the team's state.`);
    }
    await this.#exclusive(async () => {
      await this.#runtime.initialize();
      for (const { name } of this.participants) await this.#runtime.loadParticipant(name, states[name] as JsonObject);
      await this.#runtime.loadManager(states[this.#managerName] as JsonObject);
    });
  }

  /** Takes the team out of its runtime and closes its participants. */
  async close(): Promise<void> {
    await this.#runtime.close();
    for (const participant of this.participants) await participant.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #perform(turn: RunnerTurn, options: RunOptions): Promise<string | undefined> {
    this.#checkIdle("The team is already running. Wait for its run, or make another team.");
    return this.#exclusive(() =>
      scope(turn.context, "team", (context) =>
        this.#runtime.whileRunning(() => this.#runOnce(turn, context, turn.task, options.outputTaskMessages ?? true)),
      ),
    );
  }

  async #runOnce(
    turn: RunnerTurn,
    context: RunContext,
    messages: readonly ChatMessage[],
    outputTaskMessages: boolean,
  ): Promise<string | undefined> {
    const ended = deferred<GroupChatTermination>();
    const run: TeamRun = {
      context,
      emit: (item: StreamItem) => (this.#active.current === run ? turn.emit(item) : undefined),
      mark: turn.mark,
      end: ended.resolve,
    };
    this.#active.current = run;
    try {
      void this.#runtime
        .tellManager({ type: "GroupChatStart", messages, outputTaskMessages }, context)
        .catch((error: unknown) => ended.reject(error));
      const termination = await raceSignal(ended.promise, context.signal);
      if ("error" in termination) throw termination.error;
      return termination.message.content;
    } finally {
      this.#active.current = undefined;
    }
  }

  async #tellParticipants(type: "GroupChatPause" | "GroupChatResume"): Promise<void> {
    if (!this.#runtime.isInitialized) {
      throw new RuntimeError(
        "The group chat has not been initialized. It must be run before it can be paused or resumed.",
      );
    }
    if (this.#running) return this.#runtime.tellAll({ type }, plainContext());
    for (const participant of this.participants) {
      if (isTeam(participant)) await (type === "GroupChatPause" ? participant.pause() : participant.resume());
      else await (type === "GroupChatPause" ? participant.onPause() : participant.onResume());
    }
  }

  #checkIdle(message: string): void {
    if (this.#running) throw new RuntimeError(message, { code: "ERR_TEAM_RUNNING" });
  }

  async #exclusive<T>(body: () => Promise<T>): Promise<T> {
    this.#running = true;
    try {
      return await body();
    } finally {
      this.#running = false;
    }
  }
}

/** The kinds of message a team knows: those the user names, and those its members say they produce. */
function teamMessages(participants: readonly Participant[], custom: readonly MessageDefinition[]): MessageRegistry {
  const registry = new MessageRegistry(custom);
  for (const participant of participants) {
    for (const definition of producedBy(participant)) {
      if (!registry.isRegistered(definition.type)) registry.register(definition);
    }
  }
  return registry;
}

function producedBy(participant: Participant): readonly MessageDefinition[] {
  if (!isTeam(participant)) return participant.producedMessageTypes;
  return participant instanceof BaseGroupChat ? participant.messages.ownDefinitions() : [];
}
