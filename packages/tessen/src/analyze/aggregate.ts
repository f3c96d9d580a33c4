import type { TessenEvent } from "../events/tessen-event.ts";
import { Accumulator, type ReportOptions } from "./accumulator.ts";
import type { Report } from "./report.ts";

/**
 * Rolls events up into the report of `tessen analyze --json`. Events are taken one by one and none is kept, so a log of
 * any size can be passed as an iterator of `read`.
 */
export function aggregate(events: Iterable<TessenEvent>, options: ReportOptions = {}): Report {
  const accumulator = new Accumulator();
  for (const event of events) accumulator.add(event);
  return accumulator.report(options);
}
