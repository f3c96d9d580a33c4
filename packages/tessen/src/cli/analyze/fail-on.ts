import type { Report } from "../../analyze/report.ts";
import { TAGS } from "../../tags/tag.ts";
import { didYouMean } from "../arguments/nearest-names.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";

/** What must not be there: so many events with a tag, or so many errors or anomalies at all. */
export interface FailOn {
  readonly tag: string;
  readonly atLeast: number;
}

/** Reads `TAG` or `TAG:N`. */
export function parseFailOn(text: string): FailOn {
  const groups = /^(?<tag>[a-z][a-z0-9_]*)(?::(?<count>\d{1,9}))?$/.exec(text)?.groups;
  const tag = groups?.["tag"];
  const atLeast = Number(groups?.["count"] ?? 1);
  if (tag === undefined || atLeast < 1) {
    throw new CommandError(
      `--fail-on is "${text}"; give a tag, error or anomaly, and a number from 1 if you like: truncated_response:3.`,
      EXIT.usage,
    );
  }
  return { tag, atLeast };
}

/**
 * Whether a report has what must not be there. Throws `CommandError` for a tag that neither this version nor the log
 * knows: a check with a misspelt tag would never fail.
 */
export function isFound(report: Report, { tag, atLeast }: FailOn): boolean {
  const counts: Readonly<Record<string, number>> = {
    ...report.anomaly_counts,
    error: report.error_events,
    anomaly: report.anomaly_events,
  };
  const known: readonly string[] = [...new Set([...TAGS, ...Object.keys(counts)])];
  if (!known.includes(tag))
    throw new CommandError(`--fail-on: there is no tag "${tag}".${didYouMean(tag, known)}`, EXIT.usage);
  return (counts[tag] ?? 0) >= atLeast;
}
