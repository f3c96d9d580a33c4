import { EventLines, type ReadCounts } from "./event-lines.ts";
import { LineSplitter, type LineBytes } from "./line-splitter.ts";
import type { LogFile } from "./log-files.ts";
import { parseLine } from "./parse-line.ts";
import { RepeatedIds } from "./repeated-ids.ts";
import type { TessenEvent } from "./tessen-event.ts";

/** A look through all files: it is given their bytes, and may answer with events. */
export interface ReadPass {
  push(bytes: Buffer): Iterable<TessenEvent>;
  end(file: LogFile): Iterable<TessenEvent>;
}

/** Which events are wanted: times in Unix seconds. */
export interface ReadWindow {
  readonly since: number;
  readonly until: number;
}

const NONE: readonly TessenEvent[] = [];

/**
 * The passes of a reading, one after the other. Of events with the same id only the last is told, so ids are looked for
 * first, cheaply; where some may be repeated, those are counted; then the events come.
 */
export function* readPasses(window: ReadWindow, counts: ReadCounts, now: number): Generator<ReadPass> {
  const ids = new RepeatedIds();
  yield {
    push: (bytes) => {
      ids.push(bytes);
      return NONE;
    },
    end: () => {
      ids.end();
      return NONE;
    },
  };
  const copies = new Map<string, number>();
  if (ids.any) yield copyPass(ids, copies);
  yield eventPass(window, counts, copies, now);
}

/** Counts the events of each id that may be repeated. Only lines that may hold one are parsed. */
function copyPass(ids: RepeatedIds, copies: Map<string, number>): ReadPass {
  let splitter = new LineSplitter();
  const count = (line: LineBytes | undefined): void => {
    if (line === undefined || line === "too long" || !ids.mayHold(line)) return;
    for (const { event_id: id } of parseLine(line.toString().trim()).events) {
      if (ids.has(id)) copies.set(id, (copies.get(id) ?? 0) + 1);
    }
  };
  return {
    push: (bytes) => {
      for (const line of splitter.push(bytes)) count(line);
      return NONE;
    },
    end: () => {
      count(splitter.end());
      splitter = new LineSplitter();
      return NONE;
    },
  };
}

function eventPass(window: ReadWindow, counts: ReadCounts, copies: Map<string, number>, now: number): ReadPass {
  const lines = new EventLines(counts, now);
  function* wanted(events: Iterable<TessenEvent>): Generator<TessenEvent> {
    for (const event of events) {
      const left = copies.get(event.event_id) ?? 1;
      if (left > 1) {
        copies.set(event.event_id, left - 1);
        counts.duplicates += 1;
      } else if (event.ts >= window.since && event.ts <= window.until) yield event;
    }
  }
  return { push: (bytes) => wanted(lines.push(bytes)), end: (file) => wanted(lines.end(file)) };
}
