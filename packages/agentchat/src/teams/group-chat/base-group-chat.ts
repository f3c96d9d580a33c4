import {
  RuntimeError,
  checkGiven,
  checkMethod,
  checkTypes,
  plainContext,
  raceSignal,
  scope,
  type JsonObject,
  type Run,
  type RunContext,
} from "@tesserae/core";
import type { Team } from "../../base/chat-agent.ts";
import { checkCount } from "../../base/check-numbers.ts";
import { checkCondition } from "../../conditions/check-arguments.ts";
import { deferred } from "../../deferred.ts";
import type { RunStream } from "../../base/run-stream.ts";
import type { Task, TaskResult } from "../../base/task.ts";
import type { TerminationCondition } from "../../base/termination-condition.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { RunOptions } from "../../base/run-options.ts";
import { runRunner, streamRunner, type RunnerTurn, type RunnerWork } from "../../run/perform-run.ts";
import type { Thread } from "../../threads/thread.ts";
import { ThreadDesk, type ThreadOptions } from "../../threads/thread-desk.ts";
import { boundedContext } from "./bounded-context.ts";
import { callersContext } from "./callers-context.ts";
import { ChatAgentContainer } from "./chat-agent-container.ts";
import type { GroupChatTermination } from "./envelopes.ts";
import { GroupChatManager } from "./group-chat-manager.ts";
import { checkParticipants, isTeam, teamAddresses, type Participant } from "./names.ts";
import type { SpeakerSelection } from "./speaker-selection.ts";
import { StateSavers } from "./state-savers.ts";
import type { TeamOptions } from "./team-options.ts";
import type { ActiveRun, TeamRun } from "./team-run.ts";
import { teamMessages } from "./team-messages.ts";
import { TeamRuntime } from "./team-runtime.ts";
import { isTeamCheckpoint, loadTeam, saveTeam } from "./team-state.ts";

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
  /** Several may speak at once: when one fails, the others are cut short. */
  readonly speaksAtOnce?: boolean;
  /** The selection watches `maxTurns` itself. */
  readonly countsTurns?: boolean;
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
  readonly #runtime: TeamRuntime;
  readonly #active: ActiveRun = { current: undefined };
  readonly #savers = new StateSavers(() => saveTeam(this.#runtime));
  #threads: ThreadDesk | undefined;
  /** Who still works when a run is over is cut short. */
  readonly #isBounded: boolean;
  #running = false;
  /** The last thing shown is that a person is asked. */
  #asking = false;
  /** Brings something into the journaled run that goes on, from outside. */
  #outside: ((kind: "pause" | "resume") => Promise<void>) | undefined;
  /** What the last pause or resume that came from outside did. */
  #applied: Promise<void> | undefined;

  constructor(options: TeamOptions, kind: TeamKind) {
    checkParticipants(options.participants, kind.managerName);
    if (options.maxTurns !== undefined) checkCount("The maximum number of turns", options.maxTurns);
    if (options.terminationCondition !== undefined) checkCondition(options.terminationCondition);
    const {
      name = kind.name,
      runtime,
      teamId = plainContext().id(),
      customMessageTypes = [],
      emitTeamEvents = false,
    } = options;
    checkTypes("string", { name, teamId });
    checkTypes("boolean", { emitTeamEvents });
    checkMethod("runtime", runtime, "sendMessage", "an agent runtime");
    checkGiven("option customMessageTypes", customMessageTypes, Array.isArray(customMessageTypes), "a list");
    this.name = name;
    // A runtime that somebody else stops ends a run in which nobody has been told so.
    this.#isBounded = kind.speaksAtOnce ?? runtime !== undefined;
    this.description = options.description ?? kind.description;
    this.participants = [...options.participants];
    this.terminationCondition = options.terminationCondition;
    this.maxTurns = options.maxTurns;
    this.emitTeamEvents = emitTeamEvents;
    this.messages = teamMessages(this.participants, customMessageTypes);
    if (this.terminationCondition === undefined && this.maxTurns === undefined && kind.endsByItself !== true) {
      process.emitWarning(
        `The team '${this.name}' has neither a termination condition nor maxTurns: it may never stop.`,
        { code: "TESSERAE_UNBOUNDED_TEAM" },
      );
    }
    const addresses = teamAddresses(teamId, kind.managerName);
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
        maxTurns: kind.countsTurns === true ? undefined : this.maxTurns,
        emitTeamEvents: this.emitTeamEvents,
      });
    const actors = { managerName: kind.managerName, manager, containers: new Map(containers) };
    const { participants, messages } = this;
    this.#runtime = new TeamRuntime({ addresses, participants, messages }, actors, runtime);
  }

  /**
   * Works on the task until the team stops. Without a task it goes on from its present state; a participant whose turn
   * failed or was aborted is asked again.
   *
   * @throws RuntimeError `ERR_TEAM_RUNNING` while another run of this team goes on; the error that ended the run.
   */
  run(task?: Task, options: RunOptions = {}): Promise<TaskResult> {
    return runRunner(this, this.messages, task, this.#watched(options), this.#work(options));
  }

  /** {@link BaseGroupChat.run} as a stream of what happens, the result last. */
  runStream(task?: Task, options: RunOptions = {}): RunStream {
    return streamRunner(this, this.messages, task, this.#watched(options), this.#work(options));
  }

  /** A conversation of its own under this id: the same store and id give the same one, in any process. */
  thread(id: string, options: ThreadOptions): Thread {
    this.#threads ??= new ThreadDesk(this, this.messages, () => this.reset());
    return this.#threads.open(id, options);
  }

  /** Back to the beginning: the participants, the thread, the condition. */
  async reset(): Promise<void> {
    const free = this.#claim("The team is currently running. Stop it before it is reset.");
    try {
      await this.#runtime.whileRunning(() => this.#runtime.tellAll({ type: "GroupChatReset" }, plainContext()));
    } finally {
      free();
    }
  }

  /** Tells the participants to hold on; `run` stays pending. In a journaled run it has its place in the record. */
  pause(): Promise<void> {
    return this.#holdOrGoOn("pause");
  }

  /** Tells the participants to go on. */
  resume(): Promise<void> {
    return this.#holdOrGoOn("resume");
  }

  /**
   * The state of the participants and of the manager.
   *
   * While the team runs this waits for the end of the turn or of the run, or until all who speak wait for a person: then
   * the state is whole, and a team that gets it goes on where this one stood. With `immediate` it is taken as it is, in the middle of
   * a turn too: a team that gets it asks those again who had not answered. A tool or an agent of the team must ask for it
   * so, since its turn would wait for itself.
   */
  async saveState(options: { readonly immediate?: boolean | undefined } = {}): Promise<JsonObject> {
    const whole = this.#active.current === undefined || this.#asking;
    return whole || options.immediate === true ? saveTeam(this.#runtime) : this.#savers.wait();
  }

  /** Takes a state back that `saveState` gave, here or in Python. */
  async loadState(state: JsonObject): Promise<void> {
    const free = this.#claim("The team's state cannot be loaded while it is running.");
    try {
      await loadTeam(this.#runtime, state);
    } finally {
      free();
    }
  }

  /** Takes the team out of its runtime and closes its participants. A team that runs must be stopped first. */
  async close(): Promise<void> {
    const free = this.#claim("The team is currently running. Abort its run before it is closed.");
    try {
      const closing = [() => this.#runtime.close(), ...this.participants.map((one) => () => one.close())];
      const outcomes = await Promise.allSettled(closing.map(async (close) => close()));
      const failed = outcomes.find((outcome) => outcome.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    } finally {
      free();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whoever waits for the state is given it when a person is asked. */
  #watched(options: RunOptions): RunOptions {
    const { approve } = options;
    if (approve === undefined) return options;
    return {
      ...options,
      approve: (request, io) => {
        this.#savers.look();
        return approve(request, io);
      },
    };
  }

  #work(options: RunOptions): RunnerWork {
    return {
      claim: () => this.#claim("The team is already running. Wait for its run, or make another team."),
      perform: (turn) =>
        scope(turn.context, "team", (context) =>
          this.#runtime.whileRunning(() => this.#runOnce(turn, context, options.outputTaskMessages ?? true)),
        ),
      restore: async (state) => {
        const { team, condition } = isTeamCheckpoint(state) ? state : { team: state, condition: undefined };
        await loadTeam(this.#runtime, team);
        await this.terminationCondition?.reset();
        if (condition !== undefined) this.terminationCondition?.loadState?.(condition);
      },
      checkpoint: async () => {
        const condition = this.terminationCondition === undefined ? {} : this.terminationCondition.saveState?.();
        return condition === undefined ? undefined : { team: await saveTeam(this.#runtime), condition };
      },
    };
  }

  async #runOnce(turn: RunnerTurn, outer: RunContext, outputTaskMessages: boolean): Promise<string | undefined> {
    const { resolve: end, promise: ended } = deferred<GroupChatTermination | undefined>();
    const bounded = this.#isBounded ? boundedContext(outer) : undefined;
    const context = bounded?.context ?? outer;
    const { turnsBefore } = turn;
    const run: TeamRun = {
      context,
      turnsBefore,
      ended,
      end,
      inCallersContext: callersContext(),
      emit: (item) => {
        const emitted = turn.emit(item);
        // While a person is asked the state is whole: the one who asks has not spoken.
        this.#asking = item.type === "UserInputRequestedEvent";
        return this.#asking ? this.#savers.after(emitted) : emitted;
      },
      answered: () => this.#savers.look(),
      turnOver: (number, isLast) => this.#savers.after(turn.mark(number, isLast)),
    };
    const unlisten = this.#listen(turn.run, context.path);
    this.#asking = false;
    this.#active.current = run;
    const free: ((() => void) | undefined)[] = [];
    try {
      for (const participant of this.participants) free.push(participant.occupy?.(context.runId));
      const start = { type: "GroupChatStart", messages: turn.task, outputTaskMessages } as const;
      const termination = await raceSignal(this.#runtime.lead(start, context), context.signal);
      if (termination === undefined) throw new RuntimeError("The team's manager did not lead its run to an end.");
      if ("error" in termination) throw termination.error;
      return termination.message.content;
    } finally {
      this.#active.current = undefined;
      for (const one of free) one?.();
      bounded?.end();
      unlisten?.();
      // After an abort the manager still waits for the end.
      end(undefined);
    }
  }

  /** Pausing and going on reach a journaled run from outside: they are applied at their place in its order. */
  #listen(run: Run | undefined, path: string): (() => void) | undefined {
    if (run === undefined || run.mode === "plain") return undefined;
    const unlisten = run.onSignal(({ kind, to }) => {
      if (to === path && (kind === "pause" || kind === "resume")) this.#applied = this.#tellParticipants(kind);
    });
    const outside = (kind: "pause" | "resume"): Promise<void> => run.signal(kind, path, null);
    this.#outside = outside;
    return () => {
      unlisten();
      this.#outside = undefined;
    };
  }

  async #holdOrGoOn(kind: "pause" | "resume"): Promise<void> {
    if (!this.#runtime.isInitialized) {
      throw new RuntimeError("The group chat has not been initialized: run it first.");
    }
    if (this.#outside === undefined) return this.#tellParticipants(kind);
    await this.#outside(kind);
    await this.#applied;
  }

  async #tellParticipants(kind: "pause" | "resume"): Promise<void> {
    for (const participant of this.participants) {
      if (!isTeam(participant)) await (kind === "pause" ? participant.onPause() : participant.onResume());
      // An inner team that has not had its turn yet has nobody to hold back.
      else if (!(participant instanceof BaseGroupChat) || participant.#runtime.isInitialized) await participant[kind]();
    }
  }

  /** One thing at a time: gives what frees the team again. */
  #claim(message: string): () => void {
    if (this.#running) throw new RuntimeError(message, { code: "ERR_TEAM_RUNNING" });
    this.#running = true;
    return () => {
      this.#running = false;
      void this.#savers.after();
    };
  }
}
