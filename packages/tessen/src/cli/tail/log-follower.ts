import { closeSync, fstatSync, readSync } from "node:fs";
import { EventLines, startCounts, type ReadCounts } from "../../events/event-lines.ts";
import { logFiles, type LogFile } from "../../events/log-files.ts";
import { openIfThere } from "../../events/open-if-there.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";

const BLOCK_BYTES = 64 * 1024;
/** By its first bytes, which hold the id of its first event, a file is told from one that took its place. */
const HEAD_BYTES = 512;
const NEWLINE = 10;

interface Followed {
  head: Buffer;
  offset: number;
  /** Size and time of the last look: a file in which both are the same is not opened. */
  size: number;
  modified: number;
  readonly lines: EventLines;
}

/**
 * Gives what is appended to an agent's log: to files that are there, to those that a new day or a full file begins, to a
 * file again that was emptied or replaced.
 */
export class LogFollower {
  readonly #agent: string;
  readonly #logDir: string;
  readonly #files = new Map<string, Followed>();
  readonly #counts: ReadCounts = startCounts();

  /** Begins at the end of what is there: at the line that is being written, if one is. */
  constructor(agent: string, logDir: string) {
    this.#agent = agent;
    this.#logDir = logDir;
    for (const { path } of logFiles(agent, { logDir })) {
      withFile(path, (file) => {
        const { size } = fstatSync(file);
        const followed = this.#begin(file);
        followed.offset = lastLineStart(file, size);
        this.#files.set(path, followed);
      });
    }
  }

  /** The events whose lines were finished since the last call. */
  take(): TessenEvent[] {
    const present = logFiles(this.#agent, { logDir: this.#logDir });
    const paths = new Set(present.map(({ path }) => path));
    for (const path of this.#files.keys()) if (!paths.has(path)) this.#files.delete(path);
    return present.flatMap((file) => this.#takeFrom(file));
  }

  #takeFrom({ path, size, modified }: LogFile): TessenEvent[] {
    const known = this.#files.get(path);
    if (known?.size === size && known.modified === modified) return [];
    const events: TessenEvent[] = [];
    withFile(path, (file) => {
      const isSame =
        known !== undefined && size >= known.offset && headOf(file).subarray(0, known.head.length).equals(known.head);
      const followed = isSame ? known : this.#begin(file);
      this.#files.set(path, followed);
      followed.size = size;
      followed.modified = modified;
      followed.head = headOf(file);
      const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
      for (;;) {
        const count = readSync(file, buffer, 0, buffer.length, followed.offset);
        if (count === 0) return;
        followed.offset += count;
        events.push(...followed.lines.push(buffer.subarray(0, count)));
      }
    });
    return events;
  }

  #begin(file: number): Followed {
    return { head: headOf(file), offset: 0, size: -1, modified: -1, lines: new EventLines(this.#counts, 0) };
  }
}

function withFile(path: string, use: (file: number) => void): void {
  const file = openIfThere(path);
  if (file === undefined) return;
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}

function headOf(file: number): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0));
}

/** Where the line begins that is not finished; the end of the file where none is. */
function lastLineStart(file: number, size: number): number {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const count = readSync(file, block, 0, end - start, start);
    const newline = block.subarray(0, count).lastIndexOf(NEWLINE);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return 0;
}
