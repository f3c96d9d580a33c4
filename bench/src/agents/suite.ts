import { Contest, answerOf, startProcess, type Contender } from "../lib/contest.ts";
import type { BenchOptions } from "../lib/options.ts";
import { beside } from "../lib/beside.ts";
import { given, type Suite, type Verdict } from "../lib/report.ts";
import { CASES, type Case } from "./subject.ts";

const here = (file: string): string => new URL(file, import.meta.url).href;

/** The peers are left out of the type check and the linter: they are installed only for the benchmark. */
const CONTENDERS: readonly Contender[] = [
  { name: "raw loop", file: here("subjects/raw.ts") },
  { name: "Tesserae", file: here("subjects/tesserae.ts") },
  { name: "Tesserae recorded", file: here("subjects/tesserae-journal.ts") },
  { name: "AI SDK", file: here("peers/ai-sdk.ts") },
  { name: "OpenAI Agents", file: here("peers/openai-agents.ts") },
  { name: "LangGraph", file: here("peers/langgraph.ts") },
];

/** The time of the first over that of the second, at most. */
const BUDGETS: readonly {
  readonly name: Case;
  readonly of: string;
  readonly against: string;
  readonly most: number;
}[] = [
  { name: "turn", of: "Tesserae", against: "AI SDK", most: 1 / 8 },
  { name: "turn", of: "Tesserae recorded", against: "AI SDK", most: 1 / 2 },
  { name: "tool call", of: "Tesserae", against: "AI SDK", most: 1 / 10 },
  { name: "team turn", of: "Tesserae", against: "AI SDK", most: 1 / 4 },
  { name: "team turn", of: "Tesserae", against: "LangGraph", most: 0.03 },
  { name: "delta", of: "Tesserae", against: "OpenAI Agents", most: 1 / 3 },
  { name: "200 at once", of: "Tesserae", against: "AI SDK", most: 1 / 8 },
  { name: "turn, HTTP", of: "Tesserae", against: "raw loop", most: 1.2 },
  { name: "tool call, HTTP", of: "Tesserae", against: "raw loop", most: 1.2 },
  { name: "200 at once, HTTP", of: "Tesserae", against: "raw loop", most: 1.6 },
  { name: "delta, SSE", of: "Tesserae", against: "raw loop", most: 1.25 },
];

/** A turn, a tool call, a team's turn, a streamed delta, 200 at once; with the model in the process and over HTTP. */
export async function agents(options: BenchOptions): Promise<Suite> {
  const server = startProcess(new URL("model-server.ts", import.meta.url));
  let contest: Contest | undefined;
  try {
    const { url } = await answerOf<{ url: string }>(server);
    contest = await Contest.open(CONTENDERS, options, {
      BENCH_MODEL_URL: url,
      OPENAI_API_KEY: "sk-bench",
      OPENAI_AGENTS_DISABLE_TRACING: "1",
    });
    for (const one of CASES) await contest.run(one);
    const { times } = contest;
    const names = CONTENDERS.map(({ name }) => name);
    const table = CASES.map(({ name }) => [
      name,
      ...names.map((contender) => beside(times, name, contender, "AI SDK")),
    ]);
    const verdicts = BUDGETS.map(({ name, of, against, most }): Verdict => ({
      what: of === "Tesserae" ? name : `${name}, recorded`,
      against,
      value: times.ratio(name, of, against),
      most,
    }));
    return {
      title: "Agents",
      note: "Microseconds a unit, and in brackets as a share of the AI SDK's. Processor time where the model is in the process, time on the wall over HTTP.",
      table: [["", ...names], ...table],
      verdicts: given(verdicts, options),
    };
  } finally {
    contest?.close();
    server.kill();
  }
}
