import {
  BoundAgent,
  ValueError,
  isObject,
  plainContext,
  raceSignal,
  traceMessage,
  type Awaitable,
  type JsonObject,
  type MessageContext,
  type RunContext,
  type TopicId,
} from "@tesserae/core";
import { channelMessage } from "../../agents/respond.ts";
import type { TerminationCondition } from "../../base/termination-condition.ts";
import { SelectSpeakerEvent, StopMessage } from "../../messages/factories.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage, StopMessage as StopMessageData, StreamItem } from "../../messages/types.ts";
import { Audience } from "./audience.ts";
import {
  REQUEST_PUBLISH,
  saidIn,
  type GroupChatAgentResponse,
  type GroupChatEnvelope,
  type GroupChatError,
  type GroupChatStart,
  type GroupChatTeamResponse,
  type GroupChatTermination,
} from "./envelopes.ts";
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
  #thread: StreamItem[] = [];
  /** Who was asked and has not answered; after a failure or an abort they are asked again by the next run. */
  #speaking = new Set<string>();
  /** The speakers of this turn who can go no further, and why. */
  readonly #heldUp = new Map<string, unknown>();
  /** What the speakers of this turn have said so far. */
  #turnDelta: readonly StreamItem[] = [];

  constructor(options: GroupChatManagerOptions) {
    super("The manager of a group chat");
    const { name, addresses, participants, terminationCondition, maxTurns } = options;
    this.#options = options;
    this.#termination = new Termination(name, terminationCondition, maxTurns);
    this.#audience = new Audience(addresses, participants);
  }

  override onMessageImpl(message: unknown, { run }: MessageContext): unknown {
    if (!isObject(message)) return undefined;
    // Only the team's own actors know its topics, and they send envelopes.
    const envelope = message as unknown as GroupChatEnvelope;
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
    const { selection, messages } = this.#options;
    return Promise.resolve({
      ...(selection.stateType === undefined ? {} : { type: selection.stateType, version: "1.0.0" }),
      message_thread: this.#thread.map((item) => messages.toJson(item)),
      current_turn: this.#termination.turn,
      ...selection.saveState(),
      ...(this.#speaking.size === 0 ? {} : { active_speakers: [...this.#speaking] }),
    });
  }

  override async loadState(state: JsonObject): Promise<void> {
    const { selection, messages, participants } = this.#options;
    const { message_thread: thread, current_turn: turn, active_speakers: speaking } = state;
    if (!Array.isArray(thread)) throw new ValueError('Invalid state format: the manager has no "message_thread".');
    const loaded = thread.map((item) => messages.create(item));
    await selection.loadState(state, loaded);
    await this.#termination.loaded(typeof turn === "number" ? turn : 0);
    this.#thread = loaded;
    this.#speaking = new Set(participants.filter((name) => Array.isArray(speaking) && speaking.includes(name)));
    this.#turnDelta = [];
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
    const messages = outputTaskMessages ? task : task.filter(({ id }) => !this.#thread.some((one) => one.id === id));
    this.#turnDelta = [];
    this.#heldUp.clear();
    if (await this.#termination.isOver(run.turnsBefore)) {
      const content = "The group chat has already terminated.";
      return this.#end(StopMessage({ content, source: this.#options.name }, context), run);
    }
    const { selection } = this.#options;
    selection.validate?.(messages);
    if (outputTaskMessages) for (const message of messages) await run.emit(message);
    const start = { thread: this.#thread, goesOn: run.turnsBefore > 0 };
    if (selection.begin?.(messages, start) === true) {
      this.#thread = [];
      this.#speaking.clear();
    } else if (messages.length > 0) {
      this.#publish({ type: "GroupChatStart", messages, outputTaskMessages }, this.#audience.everybody, context);
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
    this.#speaking.delete(answer.name);
    const appended = whenReady(this.#append(said, context), () => this.#leadOn(answer, context));
    return whenReady(appended, () => {
      const run = this.#run(context);
      if (run === undefined) return undefined;
      this.#turnDelta = this.#turnDelta.length === 0 ? said : [...this.#turnDelta, ...said];
      return this.#speaking.size > this.#heldUp.size ? this.#askEarly(run) : this.#turnOver(run);
    });
  }

  /** One who waits for a person, or may use no more, does not break off what the others of the turn are at. */
  #failed({ name, error }: GroupChatError, context: RunContext): void {
    const run = this.#run(context);
    if (run === undefined) return;
    if (!holdsUp(error)) return this.#fail(teamError(error), context);
    this.#heldUp.set(name, teamError(error));
    if (this.#speaking.size === this.#heldUp.size) this.#failHeldUp(run);
  }

  #failHeldUp(run: TeamRun): void {
    const [error] = this.#heldUp.values();
    this.#fail(error, run.context);
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
    if (this.#heldUp.size > 0) return this.#failHeldUp(run);
    const delta = this.#turnDelta;
    this.#turnDelta = [];
    const completion = this.#options.selection.completion?.();
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
    return whenReady<Selection, void>(this.#speaking.size > 0 ? [...this.#speaking] : this.#select(run), (next) =>
      "stop" in next ? this.#stop(next.stop, run) : this.#ask(next, run),
    );
  }

  /** Others still speak; who need not wait for them begins. */
  #askEarly(run: TeamRun): Awaitable<void> {
    const names = this.#options.selection.early?.([...this.#speaking]) ?? [];
    return names.length === 0 ? undefined : this.#ask(names, run);
  }

  #ask(names: readonly string[], run: TeamRun): Awaitable<void> {
    const topics = names.map((name) => this.#audience.topicOf(name));
    const { emitTeamEvents, name: source } = this.#options;
    const event = emitTeamEvents ? SelectSpeakerEvent({ content: names, source }, run.context) : undefined;
    return whenReady(event === undefined ? undefined : run.emit(event), () => {
      for (const name of names) this.#speaking.add(name);
      for (const topic of topics) this.#publish(REQUEST_PUBLISH, topic, run.context);
    });
  }

  #select(run: TeamRun): Awaitable<Selection> {
    const choosing = this.#options.selection.select(this.#thread, this.#selectionContext(run));
    return unlessAborted(choosing, run.context.signal);
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
    const { everybody } = this.#audience;
    const { context } = run;
    return whenReady(run.emit(message), () => {
      const response = { type: "Response", chatMessage: message } as const;
      this.#publish({ type: "GroupChatAgentResponse", response, name }, everybody, context);
      traceMessage(context, () => ({
        from: name,
        to: everybody.type,
        messageId: message.id,
        message: channelMessage(message, messages),
      }));
      return this.#append([message], context);
    });
  }

  async #startOver({ context }: TeamRun): Promise<void> {
    for (const actor of this.#audience.actors()) {
      await raceSignal(this.sendMessage({ type: "GroupChatReset" }, actor, { run: context }), context.signal);
    }
    this.#thread.length = 0;
  }

  #append(items: readonly StreamItem[], { signal }: RunContext): Awaitable<void> {
    const { messages, selection } = this.#options;
    for (const item of items) if (selection.chatOnly !== true || messages.isChatMessage(item)) this.#thread.push(item);
    return unlessAborted(selection.observe?.(items), signal);
  }

  /** A runtime that takes no message any more ends the run. */
  #publish(envelope: GroupChatEnvelope, topic: TopicId, context: RunContext): void {
    this.publishMessage(envelope, topic, { run: context }).then(undefined, (error: unknown) =>
      this.#fail(teamError(error), context),
    );
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
    this.#speaking.clear();
    this.#turnDelta = [];
    await this.#termination.reset();
    await this.#options.selection.reset();
  }
}
