import type { Times } from "./contest.ts";
import { figure } from "./report.ts";

/** A cell: the median of a contender, and in brackets how many times as long it is as that of the other one. */
export function beside(times: Times, name: string, contender: string, other: string): string {
  const micros = times.median(contender, name);
  if (Number.isNaN(micros)) return "–";
  return `${figure(micros)} (${figure(contender === other ? 1 : times.ratio(name, contender, other))})`;
}
