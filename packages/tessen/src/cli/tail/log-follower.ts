import { closeSync, fstatSync, readSync } from "node:fs";
import { EventLines, startCounts, type ReadCounts } from "../../events/event-lines.ts";
import { logFiles } from "../../events/log-files.ts";
import { openIfThere } from "../../events/open-if-there.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";

const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 10;

interface Followed {
  /** Tells a file from another one that took its name. */
  readonly identity: string;
  offset: number;
  lines: EventLines;
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
      const file = openIfThere(path);
      if (file === undefined) continue;
      try {
        const { size } = fstatSync(file);
        this.#files.set(path, {
          identity: identityOf(file),
          offset: lastLineStart(file, size),
          lines: this.#newLines(),
        });
      } finally {
        closeSync(file);
      }
    }
  }

  /** The events whose lines were finished since the last call. */
  *take(): Generator<TessenEvent> {
    const present = logFiles(this.#agent, { logDir: this.#logDir });
    const paths = new Set(present.map(({ path }) => path));
    for (const path of this.#files.keys()) if (!paths.has(path)) this.#files.delete(path);
    for (const { path } of present) yield* this.#takeFile(path);
  }

  *#takeFile(path: string): Generator<TessenEvent> {
    const file = openIfThere(path);
    if (file === undefined) return;
    try {
      const identity = identityOf(file);
      let followed = this.#files.get(path);
      if (followed === undefined || followed.identity !== identity || fstatSync(file).size < followed.offset) {
        followed = { identity, offset: 0, lines: this.#newLines() };
        this.#files.set(path, followed);
      }
      const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
      for (;;) {
        const count = readSync(file, buffer, 0, buffer.length, followed.offset);
        if (count === 0) return;
        followed.offset += count;
        yield* followed.lines.push(buffer.subarray(0, count));
      }
    } finally {
      closeSync(file);
    }
  }

  #newLines(): EventLines {
    return new EventLines(this.#counts, 0);
  }
}

function identityOf(file: number): string {
  const { dev, ino } = fstatSync(file);
  return `${dev} ${ino}`;
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
