import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";

/** Says which agents get the messages of which topics. */
export interface Subscription {
  readonly id: string;
  isMatch(topicId: TopicId): boolean;
  /** The agent that gets the messages of a matching topic. */
  mapToAgent(topicId: TopicId): AgentId;
  equals(other: Subscription): boolean;
}
