import type { BenchOptions } from "./options.ts";

/** A budget, and what was measured. */
export interface Verdict {
  readonly what: string;
  /** What it is measured against, such as `AI SDK`; a unit where the budget is an absolute one. */
  readonly against: string;
  readonly value: number;
  readonly most: number;
}

/** What a suite found. */
export interface Suite {
  readonly title: string;
  /** What the columns mean, in a sentence. */
  readonly note: string;
  /** A header and the rows, as text. */
  readonly table: readonly (readonly string[])[];
  readonly verdicts: readonly Verdict[];
}

/** True where a budget holds. What could not be measured does not hold. */
export function holds({ value, most }: Verdict): boolean {
  return value <= most;
}

/** The verdicts that a run has to give: all of a whole one, of a part only what it measured. */
export function given(verdicts: readonly Verdict[], options: BenchOptions): readonly Verdict[] {
  if (options.only === undefined && options.subjects === undefined) return verdicts;
  return verdicts.filter(({ value }) => !Number.isNaN(value));
}

/** A figure with three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** A suite as a section of Markdown. */
export function toMarkdown({ title, note, table, verdicts }: Suite): string {
  const [header = [], ...rows] = table;
  const budgets = verdicts.map((verdict) => [
    verdict.what,
    verdict.against,
    figure(verdict.value),
    figure(verdict.most),
    holds(verdict) ? "held" : "**missed**",
  ]);
  const parts = [`## ${title}`, note, writeTable(header, rows)];
  if (budgets.length > 0) {
    parts.push(writeTable(["budget", "against", "measured", "at most", ""], budgets));
  }
  return parts.join("\n\n");
}

function writeTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = header.map((_, index) => (index === 0 ? "---" : "--:"));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}
