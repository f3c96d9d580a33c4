import { isObject, type AgentRuntime } from "@tesserae/core";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { Participant, TeamAddresses } from "./names.ts";

/** What a runtime that reaches other processes must know of a team. */
export interface TeamParts {
  readonly addresses: TeamAddresses;
  readonly participants: readonly Participant[];
  readonly messages: MessageRegistry;
}

/** A runtime whose messages may leave the process. */
export interface DistributedRuntime extends AgentRuntime {
  /** The runtime for the actors of one team: it writes and reads what they send one another. */
  forTeam(team: TeamParts): Promise<AgentRuntime>;
}

/** True for a {@link DistributedRuntime}. */
export function isDistributed(runtime: AgentRuntime | undefined): runtime is DistributedRuntime {
  return isObject(runtime) && "forTeam" in runtime;
}
