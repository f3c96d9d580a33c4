import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";

/** Says which agents get the messages of which topics. */
export interface Subscription {
  /** Unique within a runtime; what `removeSubscription` takes. */
  readonly id: string;
  /** The one agent type it maps to, where there is one: `unregister(type)` removes the subscription then. */
  readonly agentType?: string;
  isMatch(topicId: TopicId): boolean;
  /** The agent that gets the messages of a matching topic. @throws CantHandleException when the topic does not match. */
  mapToAgent(topicId: TopicId): AgentId;
  equals(other: Subscription): boolean;
}
