import type { Findings, Gate } from "../lib/gate.ts";
import { isGenerated, listFiles, readText } from "../lib/tree.ts";

const MAX = 500;
const NINE_IN_TEN = 300;
const MEDIAN = 100;
/* With fewer files, a single one would move the median. */
const ENOUGH = 20;
/* How a script marks what it writes, in the first lines of the file. */
const WRITTEN_BY_SCRIPT = /^\W*Written by scripts\/[\w-]+\.ts; do not edit/m;

function lines(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** Median at most 100 lines, nine in ten at most 300, none over 500; tests count, generated files do not. */
export const fileSizes: Gate = {
  name: "file sizes",
  async check(root): Promise<Findings> {
    const files = listFiles(root)
      .filter((file) => /\.(ts|tsx|js|cjs|mjs|py)$/.test(file) && !isGenerated(file))
      .map((file) => ({ file, text: readText(root, file) }))
      .filter(({ text }) => !WRITTEN_BY_SCRIPT.test(text.slice(0, 300)))
      .map(({ file, text }) => ({ file, count: lines(text) }))
      .sort((a, b) => a.count - b.count);
    const at = (share: number): number =>
      files[Math.min(files.length - 1, Math.floor(files.length * share))]?.count ?? 0;
    const problems = files
      .filter(({ count }) => count > MAX)
      .map(({ file, count }) => `${file} has ${count} lines; no file may pass ${MAX}: it has become two ideas`);
    const [median, p90] = [at(0.5), at(0.9)];
    if (files.length >= ENOUGH && median > MEDIAN)
      problems.push(`the median file has ${median} lines, more than ${MEDIAN}`);
    if (files.length >= ENOUGH && p90 > NINE_IN_TEN) {
      problems.push(`one file in ten has ${p90} lines or more; at most ${NINE_IN_TEN} are allowed`);
    }
    return { problems, note: `${files.length} files, median ${median}, nine in ten at most ${p90}` };
  },
};
