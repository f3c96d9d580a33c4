import { ValueError, isObject, type JsonObject } from "@tesserae/core";
import type { TeamRuntime } from "./team-runtime.ts";

/** Whose states make up that of a team. */
export interface TeamMembers {
  readonly runtime: TeamRuntime;
  /** The names of the participants. */
  readonly participants: readonly string[];
  readonly managerName: string;
}

/** The states of the participants and of the manager, in AutoGen's form. */
export async function saveTeam({ runtime, participants, managerName }: TeamMembers): Promise<JsonObject> {
  await runtime.initialize();
  const states: Record<string, JsonObject> = {};
  for (const name of participants) states[name] = await runtime.saveParticipant(name);
  states[managerName] = await runtime.saveManager();
  return { type: "TeamState", version: "1.0.0", agent_states: states };
}

/** Takes back what {@link saveTeam} gave, here or in Python. @throws ValueError before anybody is touched. */
export async function loadTeam(
  { runtime, participants, managerName }: TeamMembers,
  { agent_states: given }: JsonObject,
): Promise<void> {
  if (!isObject(given)) {
    throw new ValueError('Invalid state format: the state of a team has "agent_states".');
  }
  const states = [...participants, managerName].map((name) => {
    const state = given[name];
    if (isObject(state)) return [name, state] as const;
    throw new ValueError(`Agent state for ${name} not found in the team's state.`);
  });
  await runtime.initialize();
  for (const [name, state] of states) {
    await (name === managerName ? runtime.loadManager(state) : runtime.loadParticipant(name, state));
  }
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
