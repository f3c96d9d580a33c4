import {
  BoundAgent,
  ValueError,
  isObject,
  isTesseraeError,
  plainContext,
  type Awaitable,
  type JsonObject,
  type MessageContext,
  type RunContext,
} from "@tesserae/core";
import { isWaiting } from "../../agents/open-turn.ts";
import type { TerminationCondition } from "../../base/termination-condition.ts";
import { SelectSpeakerEvent, StopMessage } from "../../messages/factories.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage, StopMessage as StopMessageData, StreamItem } from "../../messages/types.ts";
import { Audience } from "./audience.ts";
import {
  REQUEST_PUBLISH,
  isEnvelope,
  saidIn,
  type GroupChatAgentResponse,
  type GroupChatError,
  type GroupChatStart,
  type GroupChatTeamResponse,
  type GroupChatTermination,
} from "./envelopes.ts";
import { Floor } from "./floor.ts";
import type { TeamAddresses } from "./names.ts";
import { Sequencer } from "./sequencer.ts";
import type { Selection, SelectionContext, SpeakerSelection } from "./speaker-selection.ts";
import { holdsUp, teamError } from "./team-error.ts";
import { runOf, type ActiveRun, type TeamRun } from "./team-run.ts";
import { Termination } from "./termination.ts";
import { unlessAborted, whenReady } from "./when-ready.ts";

/** What makes the manager of a team. */
export interface GroupChatManagerOptions {
  readonly name: string;
  readonly addresses: TeamAddresses;
  readonly participants: readonly string[];
  readonly selection: SpeakerSelection;
  readonly terminationCondition: TerminationCondition | undefined;
  readonly maxTurns: number | undefined;
  readonly emitTeamEvents: boolean;
  readonly messages: MessageRegistry;
  readonly active: ActiveRun;
}

/**
 * The actor that leads a team: it keeps the thread of all messages, asks the next speaker to speak, and ends the run.
 *
 * It handles one envelope at a time, and waits for the user's code (a condition, a selector) no longer than the run
 * lasts. What a participant says after the run has ended is kept and leads to nothing more.
 */
export class GroupChatManager extends BoundAgent {
  readonly #options: GroupChatManagerOptions;
  readonly #termination: Termination;
  readonly #inbox = new Sequencer();
  readonly #audience: Audience;
  readonly #floor = new Floor();
  #thread: StreamItem[] = [];
  /** The ids of the last task's messages. */
  #heard: readonly string[] = [];

  constructor(options: GroupChatManagerOptions) {
    super("The manager of a group chat");
    const { name, addresses, participants, terminationCondition, maxTurns } = options;
    this.#options = options;
    this.#termination = new Termination(name, terminationCondition, maxTurns);
    this.#audience = new Audience(this, addresses, participants, (error, context) =>
      this.#fail(teamError(error), context),
    );
  }

  override onMessageImpl(message: unknown, { run }: MessageContext): unknown {
    if (!isEnvelope(message)) return undefined;
    const envelope = message;
    switch (envelope.type) {
      case "GroupChatStart":
        return this.#lead(envelope, run);
      case "GroupChatAgentResponse":
      case "GroupChatTeamResponse":
        return this.#handle(run, () => this.#answered(envelope, run));
      case "GroupChatError":
        return this.#handle(run, () => this.#failed(envelope, run));
      case "GroupChatMessage":
        return this.#handle(run, () => this.#run(run)?.emit(envelope.message));
      case "GroupChatReset":
        return this.#inbox.run(() => this.#reset());
      default:
        return undefined;
    }
  }

  override saveState(): Promise<JsonObject> {
    const { selection, messages, active } = this.#options;
    const { speaking, said } = this.#floor;
    const json = (items: readonly StreamItem[]): JsonObject[] => items.map((item) => messages.toJson(item));
    const isOpen = speaking.length > 0 && (active.current !== undefined || this.#termination.waits);
    return Promise.resolve({
      ...(selection.stateType === undefined ? {} : { type: selection.stateType, version: "1.0.0" }),
      message_thread: json(this.#thread),
      current_turn: this.#termination.turn,
      ...selection.saveState(this.#termination.isUnfinished),
      ...(speaking.length === 0 ? {} : { active_speakers: speaking }),
      ...(isOpen ? { open_turn: { heard: this.#heard, said: json(said), ...this.#termination.held() } } : {}),
    });
  }

  override async loadState(state: JsonObject): Promise<void> {
    const { selection, messages, participants } = this.#options;
    const {
      message_thread: thread,
      current_turn: turn,
      active_speakers: speaking,
      open_turn: open,
      round_began: began,
    } = state;
    if (!Array.isArray(thread)) throw new ValueError('Invalid state format: the manager has no "message_thread".');
    const loaded = thread.map((item) => messages.create(item));
    await selection.loadState(state, loaded);
    await this.#termination.loaded(typeof turn === "number" ? turn : 0, isObject(open) ? open : undefined);
    this.#termination.isUnfinished = began !== null;
    this.#thread = loaded;
    const { heard, said } = isObject(open) ? open : {};
    this.#heard = Array.isArray(heard) ? heard.map(String) : [];
    this.#floor.reset(participants.filter((name) => Array.isArray(speaking) && speaking.includes(name)));
    if (Array.isArray(said)) this.#floor.add(said.map((item) => messages.create(item)));
  }

  /** The answer to the start is how the run ended: so a runtime that is stopped before that tells the team. */
  async #lead(start: GroupChatStart, context: RunContext): Promise<GroupChatTermination | undefined> {
    const run = this.#run(context);
    await this.#handle(context, () => this.#start(start, context), "starting");
    return run?.ended;
  }

  /** What goes wrong while an envelope is handled ends its run. */
  #handle(context: RunContext, task: () => Awaitable<void>, phase?: "starting"): void | Promise<void> {
    // What fails before the first speaker was asked is told as it is; what fails later is told as the team's error.
    const failed = (error: unknown): void => this.#fail(phase === "starting" ? error : teamError(error), context);
    return this.#inbox.run(() => {
      try {
        const working = task();
        return working instanceof Promise ? working.catch(failed) : undefined;
      } catch (error) {
        return failed(error);
      }
    });
  }

  async #start({ messages: task, outputTaskMessages }: GroupChatStart, context: RunContext): Promise<void> {
    const run = this.#run(context);
    if (run === undefined) return;
    // A team in a team whose turn was cut short is given again what it has heard.
    const known = (id: string): boolean => this.#heard.includes(id) || this.#thread.some((one) => one.id === id);
    const messages = outputTaskMessages ? task : task.filter(({ id }) => !known(id));
    if (task.length > 0) this.#heard = task.map(({ id }) => id);
    const goesOn = this.#termination.waits && messages.length === 0;
    if (!goesOn) this.#floor.take();
    const wentOn = this.#termination.isUnfinished && messages.length === 0;
    if (await this.#termination.isOver(run.turnsBefore, goesOn)) {
      const content = "The group chat has already terminated.";
      return this.#end(StopMessage({ content, source: this.#options.name }, context), run);
    }
    const { selection } = this.#options;
    selection.validate?.(messages);
    if (outputTaskMessages) for (const message of messages) await run.emit(message);
    const start = { thread: this.#thread, goesOn: wentOn || run.turnsBefore > 0 };
    const beginning = selection.begin?.(messages, start);
    if (beginning !== undefined) this.#floor.reset();
    if (beginning === "anew") this.#thread = [];
    else if (messages.length > 0) {
      this.#audience.tell({ type: "GroupChatStart", messages, outputTaskMessages }, context);
      await this.#append(messages, context);
    }
    if (messages.length > 0) {
      const stop = await this.#termination.afterTask(messages, context);
      if (stop !== undefined) return this.#end(stop, run);
    }
    await this.#askNext(run);
  }

  /** Nothing in here waits unless a condition or a selection does: turns are what a team does most. */
  #answered(answer: GroupChatAgentResponse | GroupChatTeamResponse, context: RunContext): Awaitable<void> {
    const said = saidIn(answer);
    this.#floor.answered(answer.name);
    const appended = this.#unlessLate(this.#append(said, context), context);
    const led = whenReady(appended, () => this.#unlessLate(this.#leadOn(answer, context), context));
    return whenReady(led, () => {
      const run = this.#run(context);
      if (run === undefined) return this.#floor.isTaken ? undefined : this.#lateTurn();
      this.#floor.add(said);
      if (!this.#floor.isTaken) return this.#turnOver(run);
      run.answered?.();
      return this.#askEarly(run);
    });
  }

  /** What an abort breaks off does not keep the answer from being counted. */
  #unlessLate(value: Awaitable<void>, context: RunContext): Awaitable<void> {
    if (!(value instanceof Promise)) return undefined;
    return value.catch((error: unknown) => {
      if (this.#run(context) !== undefined) throw error;
    });
  }

  /** The last answer of a turn came after the end of its run. */
  #lateTurn(): void {
    this.#floor.take();
    this.#termination.lateTurn(this.#options.selection.completion?.() !== undefined);
  }

  /**
   * One who waits for a person, or may use no more, does not break off what the others of the turn are at. Who had no
   * turn left, as others took the last ones, was not asked.
   */
  #failed({ name, error }: GroupChatError, context: RunContext): Awaitable<void> {
    const run = this.#run(context);
    if (run === undefined) return undefined;
    if (!holdsUp(error)) return this.#fail(teamError(error), context);
    this.#floor.ask([name], isTesseraeError(error, "ERR_LIMIT_TURNS") ? {} : { error: teamError(error) });
    return this.#floor.isTaken ? undefined : this.#turnOver(run);
  }

  /** Tells the selection what a participant answered. What came after the end of its run is in no record. */
  #leadOn(answer: GroupChatAgentResponse | GroupChatTeamResponse, context: RunContext): Awaitable<void> {
    const { selection } = this.#options;
    if (selection.answered === undefined || answer.type !== "GroupChatAgentResponse") return undefined;
    const run = this.#run(context);
    const leading = selection.answered(answer.name, answer.response.chatMessage, this.#selectionContext(run));
    return unlessAborted(leading, run?.context.signal);
  }

  #turnOver(run: TeamRun): Awaitable<void> {
    const { obstacle } = this.#floor;
    if (obstacle?.error !== undefined) {
      this.#termination.waits = isWaiting(obstacle.error);
      return this.#fail(obstacle.error, run.context);
    }
    const delta = this.#floor.take();
    const completion = obstacle === undefined ? this.#options.selection.completion?.() : undefined;
    const judged =
      completion === undefined
        ? this.#termination.afterTurn(delta, run.context)
        : this.#termination.afterLastTurn(completion, run.context);
    return whenReady(judged, (stop) =>
      whenReady(run.turnOver(this.#termination.turnsOfRun, stop !== undefined), () =>
        stop === undefined ? this.#askNext(run) : this.#end(stop, run),
      ),
    );
  }

  #askNext(run: TeamRun): Awaitable<void> {
    const { speaking } = this.#floor;
    if (speaking.length > 0) return this.#ask(speaking, run);
    const choosing = this.#options.selection.select(this.#thread, this.#selectionContext(run));
    return whenReady<Selection, void>(unlessAborted(choosing, run.context.signal), (next) =>
      "stop" in next ? this.#stop(next.stop, run) : this.#ask(next, run),
    );
  }

  /** Others still speak; who need not wait for them begins. */
  #askEarly(run: TeamRun): Awaitable<void> {
    return this.#ask(this.#options.selection.early?.(this.#floor.speaking) ?? [], run);
  }

  /** No more begin than the run has turns left: the others are asked by the next run. */
  #ask(names: readonly string[], run: TeamRun): Awaitable<void> {
    const room = run.context.meter?.turnsLeft ?? Infinity;
    const content = names.slice(0, room);
    const topics = content.map((name) => this.#audience.topicOf(name));
    const { emitTeamEvents, name: source } = this.#options;
    const shown =
      emitTeamEvents && content.length > 0 ? run.emit(SelectSpeakerEvent({ content, source }, run.context)) : undefined;
    return whenReady(shown, () => {
      this.#floor.ask(content);
      this.#floor.ask(names.slice(room), {});
      for (const topic of topics) this.#audience.tell(REQUEST_PUBLISH, run.context, topic);
      return room >= names.length || this.#floor.isTaken ? undefined : this.#turnOver(run);
    });
  }

  /** The selection ends the run. */
  async #stop(content: string, run: TeamRun): Promise<void> {
    await this.#termination.reset();
    this.#end(StopMessage({ content, source: this.#options.name }, run.context), run);
  }

  /** What comes after the end of its run is shown to nobody. */
  #selectionContext(run: TeamRun | undefined): SelectionContext {
    return {
      run: run?.context ?? plainContext(),
      emit: (item) => void run?.emit(item),
      say: (message) => (run === undefined ? undefined : this.#say(message, run)),
      startOver: () => (run === undefined ? Promise.resolve() : this.#startOver(run)),
    };
  }

  #say(message: ChatMessage, run: TeamRun): Awaitable<void> {
    const { name, messages } = this.#options;
    const { context } = run;
    return whenReady(run.emit(message), () => {
      this.#audience.say(message, name, messages, context);
      return this.#append([message], context);
    });
  }

  async #startOver({ context }: TeamRun): Promise<void> {
    await this.#audience.reset(context);
    this.#thread.length = 0;
  }

  #append(items: readonly StreamItem[], { signal }: RunContext): Awaitable<void> {
    const { messages, selection } = this.#options;
    for (const item of items) if (selection.chatOnly !== true || messages.isChatMessage(item)) this.#thread.push(item);
    return unlessAborted(selection.observe?.(items), signal);
  }

  #run(context: RunContext): TeamRun | undefined {
    return runOf(this.#options.active, context);
  }

  #end(message: StopMessageData, run: TeamRun): void {
    this.#termination.stopped();
    run.end({ type: "GroupChatTermination", message });
  }

  #fail(error: unknown, context: RunContext): void {
    const content = "An error occurred in the group chat.";
    const message = StopMessage({ content, source: this.#options.name }, context);
    this.#run(context)?.end({ type: "GroupChatTermination", message, error });
  }

  async #reset(): Promise<void> {
    this.#thread = [];
    this.#heard = [];
    this.#floor.reset();
    await this.#termination.reset();
    await this.#options.selection.reset();
  }
}
