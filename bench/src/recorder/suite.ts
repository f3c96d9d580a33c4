import { Contest, inAllThreads, type Contender } from "../lib/contest.ts";
import type { BenchOptions } from "../lib/options.ts";
import { figure, given, type Suite, type Verdict } from "../lib/report.ts";
import type { Case } from "./subject.ts";

const here = (file: string): string => new URL(file, import.meta.url).href;
const ALONE = "SDK alone";

/** The peers are left out of the type check and the linter: they are installed only for the benchmark. */
const CONTENDERS: readonly Contender[] = [
  { name: ALONE, file: here("subjects/none.ts") },
  { name: "write alone", file: here("subjects/write.ts") },
  { name: "JSON lines", file: here("subjects/floor.ts") },
  { name: "tessen", file: here("subjects/tessen.ts") },
  { name: "Langfuse", file: here("peers/langfuse.ts") },
  { name: "OpenInference", file: here("peers/openinference.ts") },
  { name: "OpenLLMetry", file: here("peers/openllmetry.ts") },
];

const CASES: readonly { readonly name: Case; readonly most: number }[] = [
  { name: "call", most: 1 / 4 },
  { name: "stream of 100", most: 0.3 },
];
/** Calls that follow one another without a pause; what was kept of them is counted. */
const CALLS = 20_000;

/** What recorders add to calls of the openai SDK, in processor time, and how many calls they keep. */
export async function recorder(options: BenchOptions): Promise<Suite> {
  const contest = await Contest.open(CONTENDERS, options);
  try {
    const names = CONTENDERS.map(({ name }) => name);
    for (const { name } of CASES) await contest.run({ name, step: 1, by: "thread" });
    const { times } = contest;
    const rows = CASES.flatMap(({ name }) => [name, inAllThreads(name)]).map((name) => [
      name,
      ...names.map((contender) =>
        contender === ALONE ? figure(times.median(contender, name)) : `+${figure(times.added(name, contender, ALONE))}`,
      ),
    ]);
    const verdicts = CASES.map(({ name, most }): Verdict => ({
      what: `${name}, added`,
      against: "Langfuse",
      value: times.added(name, "tessen", ALONE) / times.added(name, "Langfuse", ALONE),
      most,
    }));
    if (options.only === undefined || options.only === "kept") {
      const kept = new Map<string, number>();
      for (const name of names) kept.set(name, (await contest.recorded(name, "call", CALLS)) ?? Number.NaN);
      rows.push([
        "kept of 20,000 calls without a pause, %",
        ...names.map((name) => figure((100 * (kept.get(name) ?? Number.NaN)) / CALLS)),
      ]);
      verdicts.push({ what: "lost calls", against: "calls", value: CALLS - (kept.get("tessen") ?? 0), most: 0 });
    }
    return {
      title: "Recorder",
      note: "Microseconds of processor time that a recorder adds to a call of the openai SDK whose `fetch` answers at once, on the caller's thread and in all of them; the first column is the call itself, the second what no recorder can do without whose events outlive a kill.",
      table: [["", ...names], ...rows],
      verdicts: given(verdicts, options),
    };
  } finally {
    contest.close();
  }
}
