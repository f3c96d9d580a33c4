import {
  BaseAgent,
  TopicId,
  ValueError,
  isObject,
  type JsonObject,
  type MessageContext,
  type RunContext,
} from "@tesserae/core";
import type { TerminationCondition } from "../../base/termination-condition.ts";
import { SelectSpeakerEvent, StopMessage } from "../../messages/factories.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { StopMessage as StopMessageData, StreamItem } from "../../messages/types.ts";
import {
  REQUEST_PUBLISH,
  type GroupChatAgentResponse,
  type GroupChatEnvelope,
  type GroupChatStart,
  type GroupChatTeamResponse,
} from "./envelopes.ts";
import type { TeamAddresses } from "./names.ts";
import { Sequencer } from "./sequencer.ts";
import type { SpeakerSelection } from "./speaker-selection.ts";
import { teamError } from "./team-error.ts";
import type { ActiveRun } from "./team-run.ts";
import { Termination } from "./termination.ts";

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
 * It handles one envelope at a time.
 */
export class GroupChatManager extends BaseAgent {
  readonly #options: GroupChatManagerOptions;
  readonly #termination: Termination;
  readonly #inbox = new Sequencer();
  #thread: StreamItem[] = [];
  /** Who was asked and has not answered; after a failure they are asked again by the next run. */
  #speaking = new Set<string>();
  /** What the speakers of this turn have said so far. */
  #turnDelta: StreamItem[] = [];

  constructor(options: GroupChatManagerOptions) {
    super("The manager of a group chat");
    this.#options = options;
    this.#termination = new Termination(options.name, options.terminationCondition, options.maxTurns);
  }

  override onMessageImpl(message: unknown, context: MessageContext): unknown {
    if (!isObject(message)) return undefined;
    // Only the team's own actors know its topics, and they send envelopes.
    const envelope = message as unknown as GroupChatEnvelope;
    switch (envelope.type) {
      case "GroupChatStart":
        return this.#handle(() => this.#start(envelope, context.run), "starting");
      case "GroupChatAgentResponse":
      case "GroupChatTeamResponse":
        return this.#handle(() => this.#answered(envelope, context.run));
      case "GroupChatError":
        return this.#handle(() => this.#fail(envelope.error, context.run));
      case "GroupChatMessage":
        return this.#handle(() => void this.#options.active.current?.emit(envelope.message));
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
    const { selection, messages } = this.#options;
    const { message_thread: thread, current_turn: turn, active_speakers: speaking } = state;
    if (!Array.isArray(thread)) throw new ValueError('Invalid state format: the manager has no "message_thread".');
    this.#thread = thread.map((item) => messages.create(item));
    this.#termination.turn = typeof turn === "number" ? turn : 0;
    this.#speaking = new Set(Array.isArray(speaking) ? speaking.map(String) : []);
    this.#turnDelta = [];
    await selection.loadState(state, this.#thread);
  }

  /** What goes wrong while an envelope is handled ends the run. */
  #handle(task: () => void | Promise<void>, phase?: "starting"): void | Promise<void> {
    return this.#inbox.run(async () => {
      try {
        await task();
      } catch (error) {
        this.#fail(error, undefined, phase);
      }
    });
  }

  async #start(start: GroupChatStart, run: RunContext): Promise<void> {
    const { selection, addresses, active } = this.#options;
    if (await this.#termination.isOver(run)) {
      return this.#end("The group chat has already terminated.", run);
    }
    selection.validate?.(start.messages);
    if (start.messages.length > 0) {
      if (start.outputTaskMessages) for (const message of start.messages) await active.current?.emit(message);
      await this.publishMessage(start, new TopicId(addresses.groupTopic, addresses.teamId), { run });
      await this.#append(start.messages);
      const stop = await this.#termination.afterTask(start.messages, run);
      if (stop !== undefined) return this.#end(stop.content, run, stop);
    }
    await this.#askNext(run);
  }

  async #answered(answer: GroupChatAgentResponse | GroupChatTeamResponse, run: RunContext): Promise<void> {
    const delta =
      answer.type === "GroupChatAgentResponse"
        ? [...(answer.response.innerMessages ?? []), answer.response.chatMessage]
        : answer.result.messages;
    await this.#append(delta);
    this.#turnDelta.push(...delta);
    this.#speaking.delete(answer.name);
    if (this.#speaking.size > 0) return;
    const said = this.#turnDelta;
    this.#turnDelta = [];
    const stop = await this.#termination.afterTurn(said, run);
    this.#options.active.current?.mark(this.#termination.turnsOfRun);
    if (stop !== undefined) return this.#end(stop.content, run, stop);
    await this.#askNext(run);
  }

  async #askNext(run: RunContext): Promise<void> {
    const names = this.#speaking.size > 0 ? [...this.#speaking] : await this.#select(run);
    const { addresses, participants, emitTeamEvents, name: source, active } = this.#options;
    for (const name of names) {
      if (!participants.includes(name)) {
        throw new ValueError(
          `The selected speaker '${name}' was not found in participant names: ${participants.join(", ")}.`,
        );
      }
    }
    if (emitTeamEvents) await active.current?.emit(SelectSpeakerEvent({ content: names, source }, run));
    this.#speaking = new Set(names);
    for (const name of names) {
      await this.publishMessage(REQUEST_PUBLISH, new TopicId(addresses.participant(name), addresses.teamId), { run });
    }
  }

  #select(run: RunContext): Promise<readonly string[]> | readonly string[] {
    const { selection, active } = this.#options;
    return selection.select(this.#thread, { run, emit: (item) => void active.current?.emit(item) });
  }

  async #append(items: readonly StreamItem[]): Promise<void> {
    this.#thread.push(...items);
    await this.#options.selection.observe?.(items);
  }

  #end(reason: string, run: RunContext, stop?: StopMessageData): void {
    const message = stop ?? StopMessage({ content: reason, source: this.#options.name }, run);
    this.#options.active.current?.end({ type: "GroupChatTermination", message });
  }

  /** What fails before the first speaker was asked is told as it is; what fails later is told as the team's error. */
  #fail(error: unknown, run: RunContext | undefined, phase?: "starting"): void {
    this.#termination.endedAbnormally();
    this.#turnDelta = [];
    const message = StopMessage({ content: "An error occurred in the group chat.", source: this.#options.name }, run);
    this.#options.active.current?.end({
      type: "GroupChatTermination",
      message,
      error: phase === "starting" ? error : teamError(error),
    });
  }

  async #reset(): Promise<void> {
    this.#thread = [];
    this.#speaking.clear();
    this.#turnDelta = [];
    await this.#termination.reset();
    await this.#options.selection.reset();
  }
}
