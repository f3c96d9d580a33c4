import { closeSync, readSync } from "node:fs";
import { logFiles, type LogFile } from "./log-files.ts";
import { MissingFacts } from "./missing-facts.ts";
import { openIfThere } from "./open-if-there.ts";
import { parseLine } from "./parse-line.ts";
import type { TessenEvent } from "./tessen-event.ts";

const BLOCK_BYTES = 256 * 1024;
const NEWLINE = 10;

/** Options of {@link recent}. */
export interface RecentOptions {
  /** How many events at most. Default: 50. */
  readonly n?: number | undefined;
  /** Default: `TESSEN_LOG_DIR`, else `~/.tessen/logs`. */
  readonly logDir?: string | undefined;
  readonly log_dir?: string | undefined;
}

/** The newest events of an agent, oldest of them first. Reads the files from their ends, and no more than is needed. */
export function recent(agent: string, options: RecentOptions = {}): TessenEvent[] {
  const most = options.n ?? 50;
  const found = new Map<string, TessenEvent>();
  const files = logFiles(agent, { logDir: options.logDir ?? options.log_dir });
  for (const event of eventsFromEnd(files)) {
    if (found.size >= most) break;
    // The last of several with one id counts, and comes first here.
    if (!found.has(event.event_id)) found.set(event.event_id, event);
  }
  const missingFacts = new MissingFacts();
  return [...found.values()].reverse().map((event) => missingFacts.complete(event));
}

function* eventsFromEnd(files: readonly LogFile[]): Generator<TessenEvent> {
  for (const file of files.toReversed()) {
    for (const line of linesFromEnd(file)) yield* parseLine(line.toString().trim()).events.toReversed();
  }
}

function* linesFromEnd({ path, size }: LogFile): Generator<Buffer> {
  const file = openIfThere(path);
  if (file === undefined) return;
  try {
    /** Parts of a line whose beginning is not found yet, last part first. */
    let parts: Buffer[] = [];
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - BLOCK_BYTES);
      const block = Buffer.allocUnsafe(end - start);
      const count = readSync(file, block, 0, block.length, start);
      let rest = block.subarray(0, count);
      for (let newline = rest.lastIndexOf(NEWLINE); newline !== -1; newline = rest.lastIndexOf(NEWLINE)) {
        yield Buffer.concat([rest.subarray(newline + 1), ...parts.reverse()]);
        parts = [];
        rest = rest.subarray(0, newline);
      }
      parts.push(rest);
      end = start;
    }
    yield Buffer.concat(parts.reverse());
  } finally {
    closeSync(file);
  }
}
