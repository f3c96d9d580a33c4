import { eachHead } from "../events/each-head.ts";
import { startCounts } from "../events/event-lines.ts";
import { logFiles } from "../events/log-files.ts";
import { parseSince } from "../events/parse-since.ts";
import type { ReadOptions } from "../events/read-options.ts";
import { read } from "../events/read.ts";
import { SeenIds } from "../events/seen-ids.ts";
import type { TessenEvent } from "../events/tessen-event.ts";

/** What adds events up. It gets them in their order, and may not rely on their bodies. */
export interface Sums {
  add(event: TessenEvent): void;
}

/**
 * Adds the log of an agent up, as `read` with the same options tells it, several times as fast: bodies are not parsed.
 * Of events with the same id only the last counts, and there are hardly ever any: so the log is gone through at once,
 * and once more, with sums that `begin` makes anew, when it turns out to hold some.
 *
 * @throws TypeError when `since` or `until` is no time.
 */
export function sumLog<Made extends Sums>(agent: string, options: ReadOptions, begin: () => Made): Made {
  const now = Date.now();
  const since = options.since === undefined ? undefined : parseSince(options.since, now);
  const until = options.until === undefined ? Infinity : parseSince(options.until, now);
  const files = logFiles(agent, { logDir: options.logDir ?? options.log_dir, since });
  const isWanted = ({ ts }: TessenEvent): boolean => ts >= (since ?? -Infinity) && ts <= until;

  const first = begin();
  const seen = new SeenIds();
  const copies = new Map<string, number>();
  let isSure = true;
  eachHead(files, startCounts(options.stats), now, (event) => {
    const sighting = seen.add(event.event_id);
    if (sighting === "again") copies.set(event.event_id, (copies.get(event.event_id) ?? 1) + 1);
    else if (sighting === "perhaps again") isSure = false;
    if (isWanted(event)) first.add(event);
  });
  if (isSure && copies.size === 0) return first;

  const second = begin();
  if (!isSure) {
    for (const event of read(agent, options)) second.add(event);
    return second;
  }
  const counts = startCounts(options.stats);
  eachHead(files, counts, now, (event) => {
    const left = copies.get(event.event_id) ?? 1;
    if (left > 1) {
      copies.set(event.event_id, left - 1);
      counts.duplicates += 1;
    } else if (isWanted(event)) second.add(event);
  });
  return second;
}
