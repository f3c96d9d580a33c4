import type { AgentType } from "../identifiers/agent-type.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import { TopicSubscription, type TopicSubscriptionOptions } from "./topic-subscription.ts";

/** Gives the messages of all topic types that start with a text to agents of one type, one instance a topic source. */
export class TypePrefixSubscription extends TopicSubscription {
  readonly match = "prefix";
  readonly topicTypePrefix: string;

  constructor(topicTypePrefix: string, agentType: string | AgentType, options: TopicSubscriptionOptions = {}) {
    super(agentType, options);
    this.topicTypePrefix = topicTypePrefix;
  }

  get topic(): string {
    return this.topicTypePrefix;
  }

  isMatch(topicId: TopicId): boolean {
    return topicId.type.startsWith(this.topicTypePrefix);
  }
}
