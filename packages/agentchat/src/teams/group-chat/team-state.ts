import { ValueError, isObject, type JsonObject } from "@tesserae/core";
import type { TeamRuntime } from "./team-runtime.ts";

/** The states of the participants and of the manager, in AutoGen's form. */
export async function saveTeam(team: TeamRuntime): Promise<JsonObject> {
  await team.initialize();
  await team.delivered();
  const states: Record<string, JsonObject> = {};
  for (const [name, id] of team.ids) states[name] = await team.runtime.agentSaveState(id);
  return { type: "TeamState", version: "1.0.0", agent_states: states };
}

/** Takes back what {@link saveTeam} gave, here or in Python. @throws ValueError before anybody is touched. */
export async function loadTeam(team: TeamRuntime, state: JsonObject): Promise<void> {
  const given = isObject(state) ? state["agent_states"] : undefined;
  if (!isObject(given)) {
    throw new ValueError('Invalid state format: the state of a team has "agent_states".');
  }
  const states = Array.from(team.ids, ([name, id]) => {
    const state = given[name];
    if (isObject(state)) return [id, state] as const;
    throw new ValueError(`Agent state for ${name} not found.`);
  });
  await team.initialize();
  for (const [id, state] of states) await team.runtime.agentLoadState(id, state);
}

/** A team's state with that of its condition: what a journal keeps at a turn. */
export interface TeamCheckpoint {
  readonly team: JsonObject;
  readonly condition: JsonObject;
}

/** True for a {@link TeamCheckpoint}, false for a team's state alone. */
export function isTeamCheckpoint(state: JsonObject): state is JsonObject & TeamCheckpoint {
  return isObject(state["team"]) && isObject(state["condition"]) && state["agent_states"] === undefined;
}
