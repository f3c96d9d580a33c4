import type { Place } from "../recorder/finished-call.ts";

/** What `withContext` says of everything inside of it. Names with underscores are taken, too. */
export interface ContextMembers {
  /** The run that it belongs to. */
  readonly runId?: string | undefined;
  /** The names of teams and agents around, outermost first. Default: those that are around already. */
  readonly agentPath?: readonly string[] | undefined;
  /** The turn of the team, from 0. */
  readonly turn?: number | undefined;
  /** The span of another process or thread that all this is a part of. */
  readonly parentId?: string | undefined;
  readonly run_id?: string | undefined;
  readonly agent_path?: readonly string[] | undefined;
  readonly parent_id?: string | undefined;
}

/** Outside of everything. */
export const NOWHERE: Place = Object.freeze({ runId: null, agentPath: Object.freeze([]), turn: null });

/**
 * The place that is meant within another one. What is no member, or has not its type, is told and passed over: a mistake
 * in what is recorded must not end the program that is recorded.
 */
export function placeWithin(
  around: Place | undefined,
  members: ContextMembers,
  tell: (problem: string) => void,
): Place {
  let place = around ?? NOWHERE;
  for (const [given, value] of Object.entries(members) as [string, unknown][]) {
    if (value === undefined) continue;
    const name = given.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const change = changeOf(name, value);
    if (change === undefined) tell(`withContext: ${given} ${PROBLEMS.get(name) ?? UNKNOWN}`);
    else place = { ...place, ...change };
  }
  return place;
}

function changeOf(name: string, value: unknown): Partial<Place> | undefined {
  if (name === "runId" && isName(value)) return { runId: value };
  // What is inside has this span for its parent.
  if (name === "parentId" && isName(value)) return { spanId: value };
  if (name === "turn" && Number.isSafeInteger(value)) return { turn: Number(value) };
  if (name === "agentPath" && Array.isArray(value) && value.every(isName)) return { agentPath: value };
  return undefined;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

const PROBLEMS: ReadonlyMap<string, string> = new Map([
  ["runId", "is no text and is left out."],
  ["parentId", "is no text and is left out."],
  ["turn", "is no whole number and is left out."],
  ["agentPath", "is no list of names and is left out."],
]);
const UNKNOWN = "is not known and is left out. There are runId, agentPath, turn and parentId.";
