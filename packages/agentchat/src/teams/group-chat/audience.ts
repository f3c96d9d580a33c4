import {
  AgentId,
  TopicId,
  ValueError,
  raceSignal,
  traceMessage,
  type BoundAgent,
  type RunContext,
} from "@tesserae/core";
import { channelMessage } from "../../agents/respond.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage } from "../../messages/types.ts";
import type { GroupChatEnvelope } from "./envelopes.ts";
import type { TeamAddresses } from "./names.ts";

/** Those to whom the manager of a team speaks: all participants at once, one by a topic, each by itself. */
export class Audience {
  readonly #manager: BoundAgent;
  readonly #failed: (error: unknown, context: RunContext) => void;
  readonly #everybody: TopicId;
  readonly #addresses: TeamAddresses;
  readonly #topics: ReadonlyMap<string, TopicId>;

  /** @param failed is told of a runtime that takes no message any more. */
  constructor(
    manager: BoundAgent,
    addresses: TeamAddresses,
    participants: readonly string[],
    failed: (error: unknown, context: RunContext) => void,
  ) {
    const { groupTopic, teamId } = addresses;
    this.#manager = manager;
    this.#failed = failed;
    this.#addresses = addresses;
    this.#everybody = new TopicId(groupTopic, teamId);
    this.#topics = new Map(participants.map((name) => [name, new TopicId(addresses.participant(name), teamId)]));
  }

  /** The topic that one participant alone hears. */
  topicOf(name: string): TopicId {
    const topic = this.#topics.get(name);
    if (topic !== undefined) return topic;
    const names = [...this.#topics.keys()].join(", ");
    throw new ValueError(`The selected speaker '${name}' was not found in participant names: ${names}.`);
  }

  /** Tells all, or who hears the topic. */
  tell(envelope: GroupChatEnvelope, context: RunContext, topic: TopicId = this.#everybody): void {
    this.#manager
      .publishMessage(envelope, topic, { run: context })
      .then(undefined, (error: unknown) => this.#failed(error, context));
  }

  /** Says something to all in the manager's name. */
  say(message: ChatMessage, from: string, messages: MessageRegistry, context: RunContext): void {
    const response = { type: "Response", chatMessage: message } as const;
    this.tell({ type: "GroupChatAgentResponse", response, name: from }, context);
    traceMessage(context, () => ({
      from,
      to: this.#everybody.type,
      messageId: message.id,
      message: channelMessage(message, messages),
    }));
  }

  /** Lets all begin anew, one after another. */
  async reset(context: RunContext): Promise<void> {
    const { teamId } = this.#addresses;
    for (const name of this.#topics.keys()) {
      const actor = new AgentId(this.#addresses.participant(name), teamId);
      const sent = this.#manager.sendMessage({ type: "GroupChatReset" }, actor, { run: context });
      await raceSignal(sent, context.signal);
    }
  }
}
