import type { CaseOf } from "../lib/contest.ts";
import type { Subject as AnySubject } from "../lib/subject.ts";

export { check } from "../lib/subject.ts";

/** How many deltas a streamed answer has. */
export const DELTAS = 100;
/** How many turns a team takes in one run. */
export const TEAM_TURNS = 30;
/** How many runs are open at once. */
export const AT_ONCE = 200;

/** The rows of the table. Each is measured in units: a turn, a tool call, a delta. */
export const CASES = [
  { name: "turn", step: 1, by: "cpu" },
  { name: "tool call", step: 1, by: "cpu" },
  { name: "team turn", step: TEAM_TURNS, by: "cpu" },
  { name: "delta", step: DELTAS, by: "cpu" },
  { name: "200 at once", step: AT_ONCE, by: "cpu" },
  { name: "turn, HTTP", step: 1, by: "wall" },
  { name: "tool call, HTTP", step: 1, by: "wall" },
  { name: "200 at once, HTTP", step: AT_ONCE, by: "wall" },
  { name: "delta, SSE", step: DELTAS, by: "wall" },
] as const satisfies readonly CaseOf[];

/** The name of a row. */
export type Case = (typeof CASES)[number]["name"];

/** What one contender can do. */
export type Subject = AnySubject<Case>;

/** Where the scripted model listens, for the HTTP cases. */
export function modelUrl(): string {
  const url = process.env["BENCH_MODEL_URL"];
  if (url === undefined) throw new Error("BENCH_MODEL_URL is not set: run the benchmark by `npm run bench`.");
  return url;
}

/** The text of every answer of the scripted models. */
export const ANSWER = "The answer is forty-two.";
/** One piece of a streamed answer. */
export const DELTA = "word ";
/** The tool of all contenders, as OpenAI's protocol has it. */
export const ADD_TOOL = {
  type: "function",
  function: {
    name: "add",
    description: "Adds two numbers.",
    parameters: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
    },
  },
} as const;

/** Runs the work `units` times, 200 at a time. */
export async function atOnce(units: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < units; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Runs the work `units` times, one after the other. */
export async function inTurn(units: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < units; done += 1) await work();
}
