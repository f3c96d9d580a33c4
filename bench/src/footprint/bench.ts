/**
 * What it costs to begin: importing the packages and building one agent in a fresh process, memory after that and
 * after 1,000 turns, and heap kept. Ours from `dist` (run `npm run build` first), against the AI SDK and an empty Node.
 *
 * Run: `node bench/src/footprint/bench.ts`.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "../runtime/measure.ts";

interface Footprint {
  readonly build: number;
  readonly rss: number;
  readonly rssAfter: number;
  readonly heapKept: number;
}

const REPETITIONS = 15;
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const SUBJECTS = {
  empty: "subjects/empty.mjs",
  tesserae: "subjects/tesserae.mjs",
  "ai-sdk": "peers/ai-sdk.mjs",
} as const;

const results = new Map<string, Footprint[]>();
for (let repetition = -1; repetition < REPETITIONS; repetition += 1) {
  for (const [name, file] of Object.entries(SUBJECTS)) {
    const text = execFileSync(process.execPath, ["--expose-gc", "--no-warnings", here(file)], {
      encoding: "utf8",
    });
    const footprint = JSON.parse(text) as Footprint;
    if (repetition >= 0) results.set(name, [...(results.get(name) ?? []), footprint]);
  }
}

const of = (name: string, key: keyof Footprint): number => median((results.get(name) ?? []).map((one) => one[key]));
console.log("subject     import + build, ms   RSS after, MB   RSS after 1,000 turns, MB   heap kept, KB");
for (const name of Object.keys(SUBJECTS)) {
  console.log(
    `${name.padEnd(12)}${of(name, "build").toFixed(1).padStart(12)}${(of(name, "rss") / 2 ** 20).toFixed(1).padStart(17)}` +
      `${(of(name, "rssAfter") / 2 ** 20).toFixed(1).padStart(22)}${(of(name, "heapKept") / 1024).toFixed(0).padStart(20)}`,
  );
}
const budgets: readonly (readonly [string, number, number])[] = [
  ["import + build / AI SDK", of("tesserae", "build") / of("ai-sdk", "build"), 0.17],
  ["RSS after import / empty Node", of("tesserae", "rss") / of("empty", "rss"), 1.2],
  ["RSS after 1,000 turns / empty Node", of("tesserae", "rssAfter") / of("empty", "rssAfter"), 1.35],
  ["heap kept / AI SDK", of("tesserae", "heapKept") / of("ai-sdk", "heapKept"), 0.2],
];
console.log("\nBudgets");
let missed = 0;
for (const [what, ratio, most] of budgets) {
  if (ratio > most) missed += 1;
  console.log(`  ${ratio <= most ? "holds " : "MISSED"} ${what} = ${ratio.toFixed(3)}, at most ${most}`);
}
process.exitCode = missed === 0 ? 0 : 1;
