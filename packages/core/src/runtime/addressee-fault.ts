import { ValueError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { AgentStore } from "./agent-store.ts";
import { UndeliverableException } from "./exceptions.ts";

/** Why a message cannot be sent to an agent that does not exist yet; `undefined` where it will be made. */
export function recipientFault(recipient: AgentId, agents: AgentStore): Error | undefined {
  if (typeof recipient?.type !== "string" || typeof recipient.key !== "string") {
    return new ValueError(`The recipient of a message must be an AgentId, got ${String(recipient)}.`);
  }
  if (agents.hasType(recipient.type)) return undefined;
  return new UndeliverableException(`Recipient not found: ${recipient}. Register the agent type first.`);
}

/** Why a message cannot be published to a topic. */
export function topicFault(topicId: unknown): Error {
  return new ValueError(`The topic of a message must be a TopicId, got ${String(topicId)}.`);
}
