import { ValueError } from "../errors/kinds.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { AgentStore } from "./agent-store.ts";
import type { MessageLoop } from "./message-loop.ts";

/** What `loadState` did. */
export interface LoadStateReport {
  /** The ids of the agents that got their state. */
  readonly loaded: readonly string[];
  /** The entries whose agent type is not registered. */
  readonly skipped: readonly string[];
}

/** The states of all agents that exist, by `type/key`. */
export async function saveAgents(agents: AgentStore): Promise<JsonObject> {
  const states: [string, JsonObject][] = [];
  for (const cell of agents.cells) states.push([cell.id.toString(), await cell.agent.saveState()]);
  return Object.fromEntries(states);
}

/** The same while nothing is being handled; messages are held back meanwhile. */
export async function saveAgentsAtRest(agents: AgentStore, loop: MessageLoop): Promise<JsonObject> {
  const release = await loop.hold();
  try {
    return await saveAgents(agents);
  } finally {
    release();
  }
}

/** @throws ValueError `Invalid agent id: …` before any agent is touched, and for a state that is no object. */
export async function loadAgents(agents: AgentStore, state: JsonObject): Promise<LoadStateReport> {
  if (!isObject(state)) throw new ValueError("The state of a runtime must be an object with an entry for each agent.");
  const entries = Object.entries(state).map(([text, value]): [AgentId, JsonObject] => {
    const id = AgentId.fromString(text);
    if (!isObject(value)) throw new ValueError(`The state of agent ${text} must be an object.`);
    return [id, value];
  });
  const loaded: string[] = [];
  const skipped: string[] = [];
  for (const [id, agentState] of entries) {
    if (!agents.hasType(id.type)) {
      skipped.push(id.toString());
      continue;
    }
    await (await agents.get(id)).agent.loadState(agentState);
    loaded.push(id.toString());
  }
  return { loaded, skipped };
}
