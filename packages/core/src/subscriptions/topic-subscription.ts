import { AgentId } from "../identifiers/agent-id.ts";
import { agentTypeText, checkAgentType, type AgentType } from "../identifiers/agent-type.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import { randomUuid } from "../run/uuid.ts";
import { CantHandleException } from "../runtime/exceptions.ts";
import type { Subscription } from "./subscription.ts";

/** Options of the subscriptions by topic type. */
export interface TopicSubscriptionOptions {
  /** Default: a UUID. */
  readonly id?: string | undefined;
}

/**
 * The common part of the subscriptions that look at a topic's type and use its source as the agent's key,
 * so that each source gets its own instance.
 */
export abstract class TopicSubscription implements Subscription {
  readonly agentType: string;
  /** Whether the topic's type must be equal to the text or start with it. */
  abstract readonly match: "type" | "prefix";
  /** The topic type or its prefix. */
  abstract readonly topic: string;
  #id: string | undefined;

  protected constructor(agentType: string | AgentType, options: TopicSubscriptionOptions) {
    this.agentType = agentTypeText(agentType);
    checkAgentType(this.agentType);
    this.#id = options.id;
  }

  get id(): string {
    return (this.#id ??= randomUuid());
  }

  /** True when the id was given, or has been asked for, and so may be known elsewhere. */
  get hasChosenId(): boolean {
    return this.#id !== undefined;
  }

  abstract isMatch(topicId: TopicId): boolean;

  mapToAgent(topicId: TopicId): AgentId {
    if (!this.isMatch(topicId)) {
      throw new CantHandleException(`TopicId ${topicId} does not match the subscription to ${this.topic}.`);
    }
    return new AgentId(this.agentType, topicId.source);
  }

  /** True for the same id, and for the same kind of match on the same topic for the same agent type. */
  equals(other: Subscription): boolean {
    if (this === other) return true;
    if (other instanceof TopicSubscription && other.key === this.key) return true;
    return this.id === other.id;
  }

  /** Equal for equivalent subscriptions: neither a topic type nor an agent type holds a slash. */
  get key(): string {
    return `${this.match}/${this.topic}/${this.agentType}`;
  }
}
