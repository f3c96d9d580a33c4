import type { DumpContext, JsonObject, LoadContext } from "@tesserae/core";
import type { TerminationCondition } from "../../base/termination-condition.ts";
import { loadList, nullable, type ComponentJson } from "../../components/config.ts";
import type { BaseGroupChat } from "./base-group-chat.ts";
import type { Participant } from "./names.ts";
import type { TeamOptions } from "./team-options.ts";

/** The keys that the configs of all teams have. */
export type TeamConfig = {
  readonly name?: string;
  readonly description?: string;
  readonly participants: readonly ComponentJson[];
  readonly termination_condition?: ComponentJson;
  readonly max_turns?: number;
  readonly emit_team_events?: boolean;
};

/** The schema of {@link TeamConfig}. */
const TEAM_PROPERTIES: JsonObject = {
  name: nullable({ type: "string" }),
  description: nullable({ type: "string" }),
  participants: { type: "array", minItems: 1, items: { "x-component": ["agent", "team"] } },
  termination_condition: nullable({ "x-component": ["termination"] }),
  max_turns: nullable({ type: "integer", minimum: 1 }),
  emit_team_events: { type: "boolean" },
};

/* @__NO_SIDE_EFFECTS__ */
/** The schema of a team's config: what all teams have, and `properties`, of which `required` must be there. */
export function teamSchema(properties: JsonObject = {}, required: readonly string[] = []): JsonObject {
  return {
    type: "object",
    properties: { ...TEAM_PROPERTIES, ...properties },
    required: ["participants", ...required],
  };
}

/** Writes what all teams have. Runtimes, functions and message types are not written. */
export function teamToConfig(team: BaseGroupChat, dump: DumpContext): JsonObject {
  return {
    name: team.name,
    description: team.description,
    participants: team.participants.map((participant) => dump.component(participant)),
    ...(team.terminationCondition === undefined
      ? {}
      : { termination_condition: dump.component(team.terminationCondition) }),
    ...(team.maxTurns === undefined ? {} : { max_turns: team.maxTurns }),
    emit_team_events: team.emitTeamEvents,
  };
}

/** Reads what all teams have. */
export async function loadTeamOptions(config: TeamConfig, load: LoadContext): Promise<TeamOptions> {
  return {
    participants: await loadList<Participant>(load, config.participants, "/participants"),
    name: config.name,
    description: config.description,
    terminationCondition:
      config.termination_condition === undefined
        ? undefined
        : await load.component<TerminationCondition>(config.termination_condition, "/termination_condition"),
    maxTurns: config.max_turns,
    emitTeamEvents: config.emit_team_events,
  };
}
