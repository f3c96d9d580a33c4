import { LineSplitter, type LineBytes } from "./line-splitter.ts";
import type { LogFile } from "./log-files.ts";
import { MissingFacts } from "./missing-facts.ts";
import { parseLine } from "./parse-line.ts";
import type { ReadStats } from "./read-options.ts";
import type { TessenEvent } from "./tessen-event.ts";

/** A line without newline is being written when its file was changed so short a time ago, in milliseconds. */
const IN_PROGRESS_MS = 2000;

/** The counts of a reading. */
export type ReadCounts = Required<ReadStats>;

/** Counts that begin at zero, in the object that the caller gave. */
export function startCounts(stats: ReadStats = {}): ReadCounts {
  const zero = { lines: 0, files: 0, bytes: 0, duplicates: 0, corrupt_lines: 0, salvaged_lines: 0, in_progress: 0 };
  return Object.assign(stats, zero);
}

/** Makes events of the bytes of files, and counts what it sees. */
export class EventLines {
  readonly #counts: ReadCounts;
  readonly #now: number;
  readonly #missingFacts = new MissingFacts();
  #splitter = new LineSplitter();

  /** `now` is in milliseconds since 1970. */
  constructor(counts: ReadCounts, now: number) {
    this.#counts = counts;
    this.#now = now;
  }

  /** The events whose lines end in the next bytes of a file. */
  *push(bytes: Buffer): Generator<TessenEvent> {
    this.#counts.bytes += bytes.length;
    for (const line of this.#splitter.push(bytes)) yield* this.eventsOf(line);
  }

  /** The events of what comes after the last newline of a file. */
  *end(file: LogFile): Generator<TessenEvent> {
    this.#counts.files += 1;
    const line = this.#splitter.end();
    this.#splitter = new LineSplitter();
    if (line !== undefined) yield* this.eventsOf(line, file);
  }

  /** The events of one line. `last` is the file at whose end it stands without a newline. */
  eventsOf(line: LineBytes, last?: LogFile): readonly TessenEvent[] {
    const text = line === "too long" ? line : line.toString().trim();
    if (text === "") return [];
    this.#counts.lines += 1;
    const { corrupt, events: found } = parseLine(text);
    const events = found.map((event) => this.#missingFacts.complete(event));
    if (!corrupt) return events;
    const mayBeUnfinished = last !== undefined && this.#now - last.modified < IN_PROGRESS_MS;
    if (mayBeUnfinished && events.length === 0) {
      this.#counts.in_progress += 1;
      return [];
    }
    this.#counts.corrupt_lines += 1;
    if (events.length > 0) this.#counts.salvaged_lines += 1;
    return events;
  }
}
