import { Contest, type Contender } from "../lib/contest.ts";
import type { BenchOptions } from "../lib/options.ts";
import { beside } from "../lib/beside.ts";
import { figure, given, type Suite, type Verdict } from "../lib/report.ts";
import { CASES, type Case } from "./subject.ts";

const here = (file: string): string => new URL(file, import.meta.url).href;

/** The peers are left out of the type check and the linter: they are installed only for the benchmark. */
const CONTENDERS: readonly Contender[] = [
  { name: "mailbox", file: here("subjects/floor.ts") },
  { name: "Tesserae", file: here("subjects/tesserae.ts") },
  { name: "comedy", file: here("peers/comedy.ts") },
  { name: "nact", file: here("peers/nact.ts") },
  { name: "xstate", file: here("peers/xstate.ts") },
];

/** Our time over the mailbox's, at most. */
const BUDGETS: { readonly [name in Case]: number } = {
  request: 2,
  "request, async handler": 2,
  "1,000 in flight": 1.7,
  "1,000 in flight, async handler": 1.7,
  "fan-out, a delivery": 1.3,
  "new agent and one message": 1.4,
};
const KEPT = 50_000;
const MOST_BYTES = 400;

/** The actor runtime against a mailbox of twenty lines and the peers. */
export async function runtime(options: BenchOptions): Promise<Suite> {
  const contest = await Contest.open(CONTENDERS, options);
  try {
    for (const one of CASES) await contest.run(one);
    const { times } = contest;
    const names = CONTENDERS.map(({ name }) => name);
    const rows = CASES.map(({ name }) => [
      name,
      ...names.map((contender) => beside(times, name, contender, "mailbox")),
    ]);
    const verdicts = CASES.map(({ name }): Verdict => ({
      what: name,
      against: "mailbox",
      value: times.ratio(name, "Tesserae", "mailbox"),
      most: BUDGETS[name],
    }));
    if (options.only === undefined || options.only === "heap") {
      const heap = new Map<string, number>();
      for (const name of names) heap.set(name, (await contest.heap(name, KEPT)) ?? Number.NaN);
      rows.push(["heap an agent, bytes", ...names.map((name) => figure(Math.round(heap.get(name) ?? Number.NaN)))]);
      verdicts.push({
        what: "heap an agent",
        against: "bytes",
        value: heap.get("Tesserae") ?? Number.NaN,
        most: MOST_BYTES,
      });
    }
    return {
      title: "Actor runtime",
      note: "Microseconds of processor time a unit, and in brackets as a multiple of the mailbox's. xstate handles an event in the call, without a mailbox.",
      table: [["", ...names], ...rows],
      verdicts: given(verdicts, options),
    };
  } finally {
    contest.close();
  }
}
