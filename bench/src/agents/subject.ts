/** The rows of the table. Each is measured in units: a turn, a tool call, a delta. */
export const CASES = [
  "turn",
  "tool call",
  "team turn",
  "delta",
  "200 at once",
  "turn, HTTP",
  "200 at once, HTTP",
  "delta, SSE",
] as const;

/** One row of the table. */
export type Case = (typeof CASES)[number];

/** What one contender can do. A case does the work `units` times and throws when a result is wrong. */
export type Subject = { readonly [name in Case]?: (units: number) => Promise<void> };

/** Where the scripted model listens, for the HTTP cases. */
export function modelUrl(): string {
  const url = process.env["BENCH_MODEL_URL"];
  if (url === undefined) throw new Error("BENCH_MODEL_URL is not set: run the benchmark through agents/bench.ts.");
  return url;
}

/** The text of every answer of the scripted models. */
export const ANSWER = "The answer is forty-two.";
/** How many deltas a streamed answer has. */
export const DELTAS = 100;
/** One of them. */
export const DELTA = "word ";
/** How many turns a team takes in one run. */
export const TEAM_TURNS = 30;

/** Throws unless the result is right: a benchmark of wrong results is worth nothing. */
export function check(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

/** Runs the work `units` times, 200 at a time. */
export async function atOnce(units: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < units; done += 200) await Promise.all(Array.from({ length: 200 }, work));
}

/** Runs the work `units` times, one after the other. */
export async function inTurn(units: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < units; done += 1) await work();
}
