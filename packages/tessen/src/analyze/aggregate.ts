import type { TessenEvent } from "../events/tessen-event.ts";
import type { Report } from "./report.ts";
import { ReportAccumulator, type ReportSource } from "./report-accumulator.ts";

/** What events come to: the report of `tessen analyze --json`. */
export function aggregate(events: Iterable<TessenEvent>, source: ReportSource = {}): Report {
  const accumulator = new ReportAccumulator();
  for (const event of events) accumulator.add(event);
  return accumulator.report(source);
}
