import {
  BoundAgent,
  RuntimeError,
  TopicId,
  ValueError,
  isObject,
  scope,
  traceAgent,
  traceMessage,
  type Json,
  type JsonObject,
  type MessageContext,
  type RunContext,
} from "@tesserae/core";
import { isWaiting, waits } from "../../agents/open-turn.ts";
import { channelMessage, takeTurn } from "../../agents/respond.ts";
import type { Team } from "../../base/chat-agent.ts";
import type { TaskResult } from "../../base/task.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import {
  isEnvelope,
  type GroupChatAgentResponse,
  type GroupChatEnvelope,
  type GroupChatTeamResponse,
} from "./envelopes.ts";
import { isTeam, type Participant, type TeamAddresses } from "./names.ts";
import { Sequencer } from "./sequencer.ts";
import { runOf, type ActiveRun, type TeamRun } from "./team-run.ts";

/** What makes the actor of a participant. */
export interface ContainerOptions {
  readonly participant: Participant;
  readonly addresses: TeamAddresses;
  readonly messages: MessageRegistry;
  readonly active: ActiveRun;
}

/**
 * The actor of one participant: it keeps what the others say until the participant is asked to speak, and tells the
 * group what it answered. After a turn that failed or was aborted it still has what it heard, for the next attempt.
 */
export class ChatAgentContainer extends BoundAgent {
  readonly #options: ContainerOptions;
  readonly #inbox = new Sequencer();
  readonly #group: TopicId;
  #buffer: ChatMessage[] = [];
  /** The run in which the participant speaks. */
  #speaking: RunContext | undefined;
  /** What the others have said since the participant was asked: nothing is added to what it was given. */
  #meanwhile: ChatMessage[] = [];
  /** What an inner team has shown in this turn, before a load or a failure too. */
  #shown: StreamItem[] = [];
  /** The turn was interrupted because a person is asked: it goes on, and nothing of it is shown again but the question. */
  #waits = false;

  constructor(options: ContainerOptions) {
    super(options.participant.description);
    this.#options = options;
    this.#group = new TopicId(options.addresses.groupTopic, options.addresses.teamId);
  }

  override onMessageImpl(message: unknown, { run }: MessageContext): unknown {
    if (!isEnvelope(message)) return undefined;
    const envelope = message;
    switch (envelope.type) {
      case "GroupChatStart":
        // Who is told something else begins anew.
        this.#waits = false;
        return this.#hear(envelope.messages, run);
      case "GroupChatAgentResponse":
        return this.#hear([envelope.response.chatMessage], run);
      case "GroupChatTeamResponse":
        return this.#hear(envelope.result.messages, run);
      case "GroupChatRequestPublish":
        return this.#inbox.run(() => this.#speak(run));
      case "GroupChatReset":
        return this.#inbox.run(() => this.#reset());
      default:
        return undefined;
    }
  }

  override async saveState(): Promise<JsonObject> {
    const { participant, messages } = this.#options;
    const json = (items: readonly StreamItem[]): JsonObject[] => items.map((item) => messages.toJson(item));
    return {
      type: "ChatAgentContainerState",
      version: "1.0.0",
      // The outer team knows when its state is whole; an inner team that waited for itself would wait for the outer one.
      agent_state: await (isTeam(participant) ? participant.saveState({ immediate: true }) : participant.saveState()),
      message_buffer: json(this.#buffer),
      ...(this.#meanwhile.length === 0 ? undefined : { heard_meanwhile: json(this.#meanwhile) }),
      ...(this.#shown.length === 0 ? undefined : { shown: json(this.#shown) }),
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    const { participant, messages } = this.#options;
    const { agent_state: agentState, message_buffer: buffer, heard_meanwhile: meanwhile = [], shown = [] } = state;
    if (!isObject(agentState) || !Array.isArray(buffer)) {
      throw new ValueError(
        `Invalid state format for '${participant.name}': "agent_state" or "message_buffer" is missing.`,
      );
    }
    const items = (list: Json): StreamItem[] => (Array.isArray(list) ? list.map((item) => messages.create(item)) : []);
    const chats = (list: Json): ChatMessage[] =>
      items(list).map((item) => {
        if (messages.isChatMessage(item)) return item;
        throw new ValueError(`The buffer of '${participant.name}' holds a ${item.type}, which is not a chat message.`);
      });
    const loaded = { heard: chats(buffer), meanwhile: chats(meanwhile), shown: items(shown) };
    await participant.loadState(agentState);
    this.#buffer = loaded.heard;
    this.#meanwhile = loaded.meanwhile;
    this.#shown = loaded.shown;
    this.#waits = waits(agentState);
  }

  /** What another run says, while a turn of one that is over comes to its end, waits for that. */
  #hear(items: readonly StreamItem[], run: RunContext): void | Promise<void> {
    return this.#speaking === run ? this.#keep(items) : this.#inbox.run(() => this.#keep(items));
  }

  /** Events are for people; only chat messages are kept for the participant. */
  #keep(items: readonly StreamItem[]): void {
    const { messages } = this.#options;
    // After a failure or a load, and before the next attempt: what was heard comes in its order.
    const isSpeaking = this.#speaking !== undefined || this.#waits;
    if (!isSpeaking && this.#meanwhile.length > 0) this.#buffer.push(...this.#meanwhile.splice(0));
    const heard = isSpeaking ? this.#meanwhile : this.#buffer;
    for (const item of items) if (messages.isChatMessage(item)) heard.push(item);
  }

  #speak(context: RunContext): void | Promise<void> {
    const { active, participant, messages } = this.#options;
    const run = runOf(active, context);
    // The run was aborted while the request was on its way: the next run asks again.
    if (run === undefined) return undefined;
    const { name } = participant;
    this.#speaking = context;
    const heard = this.#buffer;
    const turn = {
      context,
      messages,
      actor: this.id,
      emit: (item: StreamItem): void | Promise<void> => this.#emit(item, run),
    };
    const failed = (error: unknown): void => {
      this.#speaking = undefined;
      this.#waits = isWaiting(error);
      // An agent may still hold the list. What was heard meanwhile is not for the next attempt, but for the turn after it.
      this.#buffer = heard.slice();
      if (active.current === run) this.#publish({ type: "GroupChatError", name, error }, context);
    };
    return run.inCallersContext(() =>
      isTeam(participant)
        ? this.#runTeam(participant, heard, context, run).then(
            (result) => this.#said({ type: "GroupChatTeamResponse", name, result }, context),
            failed,
          )
        : takeTurn(participant, heard, turn).then(
            (response) => this.#said({ type: "GroupChatAgentResponse", name, response }, context),
            failed,
          ),
    );
  }

  /** What was shown was said: also when the run was left at this very message. */
  #said(answer: GroupChatAgentResponse | GroupChatTeamResponse, context: RunContext): void {
    this.#speaking = undefined;
    this.#waits = false;
    this.#buffer = this.#meanwhile;
    this.#meanwhile = [];
    this.#shown = [];
    this.#trace(answer, context);
    this.#publish(answer, context);
  }

  /** A runtime that takes no message any more has told the team so, which waits for the end of its run. */
  #publish(envelope: GroupChatEnvelope, context: RunContext): void {
    this.publishMessage(envelope, this.#group, { run: context }).then(undefined, () => undefined);
  }

  #runTeam(team: Team, heard: readonly ChatMessage[], context: RunContext, run: TeamRun): Promise<TaskResult> {
    const { messages } = this.#options;
    const shown = (message: ChatMessage): ReturnType<typeof channelMessage> => channelMessage(message, messages);
    return scope(
      context,
      team.name,
      (inner) =>
        traceAgent(
          inner,
          {
            name: team.name,
            kind: team.constructor.name,
            description: team.description,
            agentId: this.id.toString(),
            messages: () => heard.map(shown),
          },
          () => this.#runInner(team, heard, inner, run),
          ({ messages: said }) => {
            const last = said.findLast((item): item is ChatMessage => messages.isChatMessage(item));
            return last === undefined ? { type: "TaskResult", source: team.name, content: null } : shown(last);
          },
        ),
      { agent: team.name },
    );
  }

  /** One run of an inner team is one turn of this one. Our teams end when they are aborted, so they are waited for. */
  async #runInner(team: Team, heard: readonly ChatMessage[], context: RunContext, run: TeamRun): Promise<TaskResult> {
    const stream = team.runStream(heard.length === 0 ? undefined : heard, { context, outputTaskMessages: false });
    const before = this.#shown.slice();
    const waited = this.#waits;
    for await (const item of stream) {
      if (item.type === "TaskResult") {
        if (item.status !== "finished") return stream.result;
        return before.length === 0 ? item : { ...item, messages: await saidBy(team, before, item.messages, waited) };
      }
      if (item.type !== "ModelClientStreamingChunkEvent") this.#shown.push(item);
      await this.#emit(item, run);
    }
    throw new RuntimeError(`The team '${team.name}' did not produce a final result: its stream ended without one.`);
  }

  #emit(item: StreamItem, run: TeamRun): void | Promise<void> {
    const { active, messages, participant } = this.#options;
    if (messages.definition(item.type) === undefined) {
      throw new ValueError(
        `The message type ${item.type} is not registered. Name its definition in customMessageTypes, or in the producedMessageTypes of '${participant.name}'.`,
        { code: "ERR_MESSAGE_UNKNOWN" },
      );
    }
    return active.current === run ? run.emit(item) : undefined;
  }

  /** Publishes on `tesserae:message` what the participant says to the others. */
  #trace(answer: GroupChatAgentResponse | GroupChatTeamResponse, context: RunContext): void {
    const { messages, participant } = this.#options;
    const from = participant.name;
    const to = this.#group.type;
    const tell = (item: ChatMessage): void =>
      traceMessage(context, () => ({ from, to, messageId: item.id, message: channelMessage(item, messages) }));
    if (answer.type === "GroupChatAgentResponse") tell(answer.response.chatMessage);
    else for (const item of answer.result.messages) if (messages.isChatMessage(item)) tell(item);
  }

  async #reset(): Promise<void> {
    const { participant } = this.#options;
    this.#buffer = [];
    this.#meanwhile = [];
    this.#shown = [];
    this.#waits = false;
    await (isTeam(participant) ? participant.reset() : participant.onReset());
  }
}

/**
 * What a team has said in a turn that was interrupted. What a member had shown in a turn that it did not end is shown
 * again, unless it waited: then the turn goes on, and only a question without an answer is shown again.
 */
async function saidBy(
  team: Team,
  before: readonly StreamItem[],
  since: readonly StreamItem[],
  waited: boolean,
): Promise<readonly StreamItem[]> {
  const shown = [...before, ...since];
  if (waited) return shown.filter((item, at) => !shown.slice(at + 1).some((later) => asksAgain(later, item)));
  const { agent_states: states } = await team.saveState({ immediate: true });
  const thread = Object.values(states ?? {}).flatMap((state) => (isObject(state) ? state["message_thread"] : []));
  return shown.filter(({ id }, at) => at >= before.length || thread.some((one) => isObject(one) && one["id"] === id));
}

function asksAgain(later: StreamItem, item: StreamItem): boolean {
  return "requestId" in later && "requestId" in item && later.requestId === item.requestId;
}
