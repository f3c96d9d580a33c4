/**
 * A turn, a tool call, a team's turn, a streamed delta, 200 at once: ours, the peers and the raw loop, each in a
 * process of its own, measured in turn, repetition by repetition. Prints microseconds a unit, the ratio to the raw
 * loop, and whether the budgets of PERFORMANCE section 6 hold.
 *
 * Run: `npm run bench:agents` (after `npm run build`; peers: `npm install` in `bench/`).
 */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "../runtime/measure.ts";
import { CASES, type Case } from "./subject.ts";

/** The peers are left out of the type check and the linter: they are installed only for the benchmark. */
const SUBJECTS: readonly { readonly name: string; readonly file: string }[] = [
  { name: "raw", file: "subjects/raw.ts" },
  { name: "tesserae", file: "subjects/tesserae.ts" },
  { name: "tesserae-journal", file: "subjects/tesserae-journal.ts" },
  { name: "ai-sdk", file: "peers/ai-sdk.ts" },
  { name: "openai-agents", file: "peers/openai-agents.ts" },
];
const UNITS: { readonly [name in Case]: number } = {
  turn: 2000,
  "tool call": 1000,
  "team turn": 3000,
  delta: 20_000,
  "200 at once": 2000,
  "turn, HTTP": 300,
  "200 at once, HTTP": 1000,
  "delta, SSE": 10_000,
};
/** Our time over the named contender's, at most. */
const BUDGETS: readonly { name: Case; of: string; against: string; most: number }[] = [
  { name: "turn", of: "tesserae", against: "ai-sdk", most: 1 / 8 },
  { name: "turn", of: "tesserae-journal", against: "ai-sdk", most: 1 / 2 },
  { name: "tool call", of: "tesserae", against: "ai-sdk", most: 1 / 10 },
  { name: "team turn", of: "tesserae", against: "ai-sdk", most: 1 / 4 },
  { name: "delta", of: "tesserae", against: "openai-agents", most: 1 / 3 },
  { name: "200 at once", of: "tesserae", against: "ai-sdk", most: 1 / 8 },
  { name: "turn, HTTP", of: "tesserae", against: "raw", most: 1.2 },
  { name: "200 at once, HTTP", of: "tesserae", against: "raw", most: 1.6 },
  { name: "delta, SSE", of: "tesserae", against: "raw", most: 1.25 },
];

const repetitions = Number(process.argv.find((argument) => argument.startsWith("--repetitions="))?.slice(14) ?? 7);
const chosen = process.argv
  .find((argument) => argument.startsWith("--subjects="))
  ?.slice(11)
  .split(",");
const only = process.argv.find((argument) => argument.startsWith("--case="))?.slice(7);
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`A worker ended with code ${code}.`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as T);
    });
  });
}

const server = fork(here("model-server.ts"), { execArgv: [] });
const { url } = await answerOf<{ url: string }>(server);
const workers = new Map<string, ChildProcess>();
for (const { name, file } of SUBJECTS) {
  if (chosen?.includes(name) === false) continue;
  const worker = fork(here("worker.ts"), [here(file)], {
    execArgv: ["--expose-gc", "--no-warnings"],
    env: { ...process.env, BENCH_MODEL_URL: url, OPENAI_API_KEY: "sk-bench", OPENAI_AGENTS_DISABLE_TRACING: "1" },
  });
  await answerOf(worker);
  workers.set(name, worker);
}

const medians = new Map<string, number>();
for (const name of CASES) {
  if (only !== undefined && only !== name) continue;
  const times = new Map<string, number[]>();
  for (let repetition = -1; repetition < repetitions; repetition += 1) {
    for (const [subject, worker] of workers) {
      const answer = answerOf<{ micros?: number | null; error?: string }>(worker);
      worker.send({ name, units: repetition < 0 ? Math.ceil(UNITS[name] / 2) : UNITS[name] });
      const { micros, error } = await answer;
      if (error !== undefined) throw new Error(`${subject}, ${name}: ${error}`);
      if (repetition < 0 || micros === null || micros === undefined) continue;
      times.set(subject, [...(times.get(subject) ?? []), micros]);
    }
  }
  const raw = median(times.get("raw") ?? []);
  console.log(`\n${name} (microseconds a unit, median of ${repetitions})`);
  for (const [subject, list] of times) {
    const value = median(list);
    medians.set(`${subject}/${name}`, value);
    console.log(
      `  ${subject.padEnd(18)} ${value.toFixed(2).padStart(10)}  ${(value / raw).toFixed(2).padStart(9)} x raw`,
    );
  }
}

console.log("\nBudgets");
let missed = 0;
for (const { name, of, against, most } of BUDGETS) {
  const ours = medians.get(`${of}/${name}`);
  const theirs = medians.get(`${against}/${name}`);
  if (ours === undefined || theirs === undefined) continue;
  const ratio = ours / theirs;
  if (ratio > most) missed += 1;
  console.log(
    `  ${ratio <= most ? "holds " : "MISSED"} ${name.padEnd(18)} ${of} / ${against} = ${ratio.toFixed(3)}, at most ${most.toFixed(3)}`,
  );
}
for (const worker of [...workers.values(), server]) worker.kill();
process.exitCode = missed === 0 ? 0 : 1;
