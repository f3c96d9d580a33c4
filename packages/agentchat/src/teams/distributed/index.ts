/* Teams whose participants live in several processes. */

import type { AgentRuntime } from "@tesserae/core";
import type { TeamParts } from "../group-chat/team-parts.ts";
import { TeamOnWorkers } from "./team-on-workers.ts";

export type { DistributedRuntime, TeamParts } from "../group-chat/team-parts.ts";
export { RemoteParticipant, type RemoteParticipantOptions } from "./remote-participant.ts";
export { serveParticipant, type ServeParticipantOptions, type ServedParticipant } from "./serve-participant.ts";

/** What a runtime that reaches other processes gives the actors of a team: see `DistributedRuntime.forTeam`. */
export function teamOnWorkers(runtime: AgentRuntime, team: TeamParts): AgentRuntime {
  return new TeamOnWorkers(runtime, team);
}
