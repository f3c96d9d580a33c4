import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, medianRatio } from "../lib/measure.ts";
import type { BenchOptions } from "../lib/options.ts";
import { figure, type Suite } from "../lib/report.ts";

interface Footprint {
  readonly build: number;
  readonly rss: number;
  readonly rssAfter: number;
  readonly heapKept: number;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const SUBJECTS = {
  "empty Node": here("subjects/empty.mjs"),
  Tesserae: here("subjects/tesserae.mjs"),
  "AI SDK": here("peers/ai-sdk.mjs"),
} as const;

/** What it costs to begin: a fresh process that imports, builds one agent and runs 1,000 turns. */
export function footprint({ repetitions }: BenchOptions): Promise<Suite> {
  const found = new Map<string, Footprint[]>();
  // The first one only fills the caches of the file system.
  for (let repetition = -1; repetition < repetitions; repetition += 1) {
    for (const [name, file] of Object.entries(SUBJECTS)) {
      const one = measure(file);
      if (repetition >= 0) found.set(name, [...(found.get(name) ?? []), one]);
    }
  }
  const of = (name: keyof typeof SUBJECTS, key: keyof Footprint): number[] =>
    (found.get(name) ?? []).map((one) => one[key]);
  const row = (what: string, key: keyof Footprint, scale: number): string[] => [
    what,
    ...(Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[]).map((name) => figure(median(of(name, key)) / scale)),
  ];
  const ratio = (key: keyof Footprint, other: keyof typeof SUBJECTS): number =>
    medianRatio(of("Tesserae", key), of(other, key));
  const heapKept = median(of("Tesserae", "heapKept")) / 1024;
  return Promise.resolve({
    title: "Footprint",
    note: "Medians of fresh processes.",
    table: [
      ["", ...Object.keys(SUBJECTS)],
      row("import and build one agent, ms", "build", 1),
      row("resident memory after that, MB", "rss", 2 ** 20),
      row("resident memory after 1,000 turns, MB", "rssAfter", 2 ** 20),
      row("heap kept by 1,000 turns, kB", "heapKept", 1024),
    ],
    verdicts: [
      { what: "import and build", against: "AI SDK", value: ratio("build", "AI SDK"), most: 0.17 },
      { what: "memory after import", against: "empty Node", value: ratio("rss", "empty Node"), most: 1.2 },
      { what: "memory after 1,000 turns", against: "empty Node", value: ratio("rssAfter", "empty Node"), most: 1.35 },
      { what: "heap kept by 1,000 turns", against: "kB", value: heapKept, most: 88 },
    ],
  });
}

function measure(file: string): Footprint {
  const text = execFileSync(process.execPath, ["--expose-gc", "--no-warnings", file], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return JSON.parse(text) as Footprint;
}
