/**
 * Runs the benchmarks one after another, prints them and writes `results/<date>.md`. Exit code 1 when a budget is
 * missed. `npm run bench -- agents --case=turn` runs one case of one suite, and writes nothing.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { resolve } from "node:path";
import { agents } from "./agents/suite.ts";
import { analysis } from "./analysis/suite.ts";
import { footprint } from "./footprint/suite.ts";
import { gateway } from "./gateway/suite.ts";
import { build } from "./lib/build.ts";
import { readOptions, type BenchOptions } from "./lib/options.ts";
import { figure, holds, toMarkdown, type Suite } from "./lib/report.ts";
import { recorder } from "./recorder/suite.ts";
import { runtime } from "./runtime/suite.ts";
import { size } from "./size/suite.ts";

const SUITES: Readonly<Record<string, (options: BenchOptions) => Promise<Suite>>> = {
  agents,
  runtime,
  footprint,
  size,
  recorder,
  gateway,
  analysis: () => Promise.resolve(analysis()),
};

const options = readOptions(process.argv.slice(2));
for (const name of options.suites) {
  if (!(name in SUITES)) throw new Error(`There is no suite ${name}; there are ${Object.keys(SUITES).join(", ")}.`);
}
const whole = options.suites.length === 0 && options.only === undefined && options.subjects === undefined;

const [load = 0] = loadavg();
await build();
const found: Suite[] = [];
for (const [name, run] of Object.entries(SUITES)) {
  if (options.suites.length > 0 && !options.suites.includes(name)) continue;
  const suite = await run(options);
  found.push(suite);
  console.log(`\n${toMarkdown(suite)}`);
}

const verdicts = found.flatMap((suite) => suite.verdicts);
const missed = verdicts.filter((verdict) => !holds(verdict));
const date = new Date().toISOString().slice(0, 10);
if (whole) {
  const head = [
    `# Benchmark of ${date}`,
    `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cores()}, load average ${load.toFixed(1)} at the start. Only the ratios mean anything on another machine. How it is measured: [README](../README.md).`,
    missed.length === 0
      ? `All ${verdicts.length} budgets are held.`
      : `Of ${verdicts.length} budgets ${missed.length} are missed: ${missed.map(({ what }) => what).join("; ")}.`,
  ];
  const folder = resolve(import.meta.dirname, "../results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(resolve(folder, `${date}.md`), `${[...head, ...found.map(toMarkdown)].join("\n\n")}\n`);
}

for (const { what, against, value, most } of missed) {
  console.error(`MISSED ${what}: ${figure(value)} against ${against}, at most ${figure(most)}`);
}
console.error(`${verdicts.length - missed.length} of ${verdicts.length} budgets are held.`);
process.exitCode = missed.length === 0 ? 0 : 1;

function cores(): string {
  const count = availableParallelism();
  return count === 2 ? "two small cores" : `${count} cores`;
}
