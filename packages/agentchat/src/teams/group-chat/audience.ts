import { AgentId, TopicId, ValueError } from "@tesserae/core";
import type { TeamAddresses } from "./names.ts";

/** Where the manager of a team reaches its participants: all at once, one by a topic, one by itself. */
export class Audience {
  readonly everybody: TopicId;
  readonly #addresses: TeamAddresses;
  readonly #topics: ReadonlyMap<string, TopicId>;

  constructor(addresses: TeamAddresses, participants: readonly string[]) {
    const { groupTopic, teamId } = addresses;
    this.#addresses = addresses;
    this.everybody = new TopicId(groupTopic, teamId);
    this.#topics = new Map(participants.map((name) => [name, new TopicId(addresses.participant(name), teamId)]));
  }

  /** The topic that one participant alone hears. */
  topicOf(name: string): TopicId {
    const topic = this.#topics.get(name);
    if (topic !== undefined) return topic;
    const names = [...this.#topics.keys()].join(", ");
    throw new ValueError(`The selected speaker '${name}' was not found in participant names: ${names}.`);
  }

  /** The actors of all participants, in their order. */
  actors(): readonly AgentId[] {
    const { teamId } = this.#addresses;
    return [...this.#topics.keys()].map((name) => new AgentId(this.#addresses.participant(name), teamId));
  }
}
