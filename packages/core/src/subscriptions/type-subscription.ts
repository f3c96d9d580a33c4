import type { AgentType } from "../identifiers/agent-type.ts";
import { checkTopicType, type TopicId } from "../identifiers/topic-id.ts";
import { TopicSubscription, type TopicSubscriptionOptions } from "./topic-subscription.ts";

/** Gives the messages of one topic type to agents of one type, one instance a topic source. */
export class TypeSubscription extends TopicSubscription {
  readonly match = "type";
  readonly topicType: string;

  constructor(topicType: string, agentType: string | AgentType, options: TopicSubscriptionOptions = {}) {
    super(agentType, options);
    checkTopicType(topicType);
    this.topicType = topicType;
  }

  get topic(): string {
    return this.topicType;
  }

  isMatch(topicId: TopicId): boolean {
    return topicId.type === this.topicType;
  }
}
