import { isTesseraeError, TesseraeError } from "../errors/tesserae-error.ts";
import type { JournalEntry } from "./entries.ts";
import type { JournalWriter } from "./journal-store.ts";

/** The writing side of a run: entries that may wait go out in front of the next one that may not. */
export class JournalLog {
  #writer: JournalWriter | undefined;
  #waiting: JournalEntry[] = [];

  /** @param writer nothing is written without one: a replay, or a finished run. */
  constructor(writer: JournalWriter | undefined) {
    this.#writer = writer;
  }

  get writes(): boolean {
    return this.#writer !== undefined;
  }

  /** An entry from which nothing follows that the world could see. */
  later(entry: JournalEntry): void {
    if (this.#writer !== undefined) this.#waiting.push(entry);
  }

  /**
   * An entry that must be durable before anything follows from it.
   * @throws TesseraeError `ERR_JOURNAL_WRITE`
   */
  now(...entries: readonly JournalEntry[]): void | Promise<void> {
    return this.#write([...this.#waiting, ...entries]);
  }

  /** The entry that must be the very first; what it refers to follows. */
  first(entry: JournalEntry): void | Promise<void> {
    return this.#write([entry, ...this.#waiting]);
  }

  #write(batch: readonly JournalEntry[]): void | Promise<void> {
    if (this.#writer === undefined) return undefined;
    this.#waiting = [];
    if (batch.length === 0) return undefined;
    try {
      const written = this.#writer.append(batch);
      return written?.catch((error: unknown) => {
        throw writeError(error);
      });
    } catch (error) {
      throw writeError(error);
    }
  }

  async close(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.close();
  }
}

function writeError(error: unknown): TesseraeError {
  if (isTesseraeError(error, "ERR_JOURNAL_WRITE")) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TesseraeError(
    "ERR_JOURNAL_WRITE",
    `The journal could not be written: ${message}. The result that was to be written is not used.`,
    { cause: error },
  );
}
