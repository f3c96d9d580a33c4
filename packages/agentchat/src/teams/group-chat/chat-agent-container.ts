import {
  BaseAgent,
  TopicId,
  ValueError,
  isObject,
  scope,
  type JsonObject,
  type MessageContext,
  type RunContext,
} from "@tesserae/core";
import type { Team } from "../../base/chat-agent.ts";
import type { TaskResult } from "../../base/task.ts";
import { takeTurn } from "../../agents/respond.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import type { GroupChatEnvelope } from "./envelopes.ts";
import { isTeam, type Participant, type TeamAddresses } from "./names.ts";
import { Sequencer } from "./sequencer.ts";
import type { ActiveRun } from "./team-run.ts";

/** What makes the actor of a participant. */
export interface ContainerOptions {
  readonly participant: Participant;
  readonly addresses: TeamAddresses;
  readonly messages: MessageRegistry;
  readonly active: ActiveRun;
}

/**
 * The actor of one participant: it keeps what the others say until the participant is asked to speak, and tells the
 * group what it answered.
 */
export class ChatAgentContainer extends BaseAgent {
  readonly #options: ContainerOptions;
  readonly #inbox = new Sequencer();
  #buffer: ChatMessage[] = [];

  constructor(options: ContainerOptions) {
    super(options.participant.description);
    this.#options = options;
  }

  override onMessageImpl(message: unknown, context: MessageContext): unknown {
    if (!isObject(message)) return undefined;
    // Only the team's own actors know its topics, and they send envelopes.
    const envelope = message as unknown as GroupChatEnvelope;
    switch (envelope.type) {
      case "GroupChatStart":
        return this.#inbox.run(() => this.#keep(envelope.messages));
      case "GroupChatAgentResponse":
        return this.#inbox.run(() => this.#keep([envelope.response.chatMessage]));
      case "GroupChatTeamResponse":
        return this.#inbox.run(() => this.#keep(envelope.result.messages));
      case "GroupChatRequestPublish":
        return this.#inbox.run(() => this.#speak(context.run));
      case "GroupChatReset":
        return this.#inbox.run(() => this.#reset());
      case "GroupChatPause":
        return isTeam(this.#options.participant)
          ? this.#options.participant.pause()
          : this.#options.participant.onPause();
      case "GroupChatResume":
        return isTeam(this.#options.participant)
          ? this.#options.participant.resume()
          : this.#options.participant.onResume();
      default:
        return undefined;
    }
  }

  override async saveState(): Promise<JsonObject> {
    const { participant, messages } = this.#options;
    return {
      type: "ChatAgentContainerState",
      version: "1.0.0",
      agent_state: await participant.saveState(),
      message_buffer: this.#buffer.map((message) => messages.toJson(message)),
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    const { participant, messages } = this.#options;
    const { agent_state: agentState, message_buffer: buffer } = state;
    if (!isObject(agentState) || !Array.isArray(buffer)) {
      throw new ValueError(
        `Invalid state format for '${participant.name}': "agent_state" or "message_buffer" is missing.`,
      );
    }
    await participant.loadState(agentState as JsonObject);
    this.#buffer = buffer.map((item) => {
      const message = messages.create(item);
      if (!messages.isChatMessage(message)) {
        throw new ValueError(
          `The buffer of '${participant.name}' holds a ${message.type}, which is not a chat message.`,
        );
      }
      return message;
    });
  }

  /** Events are for people; only chat messages are kept for the participant. */
  #keep(items: readonly StreamItem[]): void {
    const { messages } = this.#options;
    for (const item of items) if (messages.isChatMessage(item)) this.#buffer.push(item);
  }

  async #speak(run: RunContext): Promise<void> {
    const { participant, addresses } = this.#options;
    const group = new TopicId(addresses.groupTopic, addresses.teamId);
    try {
      const heard = this.#buffer.slice();
      const envelope: GroupChatEnvelope = isTeam(participant)
        ? {
            type: "GroupChatTeamResponse",
            name: participant.name,
            result: await this.#runTeam(participant, heard, run),
          }
        : {
            type: "GroupChatAgentResponse",
            name: participant.name,
            response: await takeTurn(participant, heard, {
              context: run,
              messages: this.#options.messages,
              emit: (item) => this.#emit(item),
            }),
          };
      this.#buffer.splice(0, heard.length);
      await this.publishMessage(envelope, group, { run });
    } catch (error) {
      await this.publishMessage({ type: "GroupChatError", name: participant.name, error }, group, { run });
    }
  }

  async #runTeam(team: Team, heard: readonly ChatMessage[], run: RunContext): Promise<TaskResult> {
    return scope(run, team.name, async (context) => {
      const stream = team.runStream(heard.length === 0 ? undefined : heard, {
        context,
        signal: context.signal,
        outputTaskMessages: false,
      });
      for await (const item of stream) {
        if (item.type === "TaskResult") return item.status === "finished" ? item : stream.result;
        await this.#emit(item);
      }
      throw new ValueError(`The team '${team.name}' did not produce a final result: its stream ended without one.`);
    });
  }

  #emit(item: StreamItem): void | Promise<void> {
    const { active, messages } = this.#options;
    if (messages.definition(item.type) === undefined) {
      throw new ValueError(
        `The message type ${item.type} of '${this.#options.participant.name}' is not registered. Name its definition in the team's customMessageTypes.`,
        { code: "ERR_MESSAGE_UNKNOWN" },
      );
    }
    return active.current?.emit(item);
  }

  async #reset(): Promise<void> {
    const { participant } = this.#options;
    this.#buffer = [];
    await (isTeam(participant) ? participant.reset() : participant.onReset());
  }
}
