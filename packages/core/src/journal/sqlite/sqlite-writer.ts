import { TesseraeError } from "../../errors/tesserae-error.ts";
import { encodeLine, type LineCodec } from "../file/line.ts";
import type { JournalEntry } from "../entries.ts";
import type { JournalWriter } from "../journal-store.ts";
import { messageOf, type JournalDatabase } from "./journal-database.ts";
import { holdsLock, releaseLock } from "./sqlite-lock.ts";

/** What makes a {@link SqliteWriter}. */
export interface SqliteWriterInit {
  readonly database: JournalDatabase;
  readonly run: string;
  /** The number of the next entry. */
  readonly next: number;
  readonly token: string;
  readonly codec: LineCodec | undefined;
}

/** Appends to one journal, each time with one transaction. */
export class SqliteWriter implements JournalWriter {
  readonly #init: SqliteWriterInit;
  #next: number;
  #broken: unknown;
  #closed = false;

  constructor(init: SqliteWriterInit) {
    this.#init = init;
    this.#next = init.next;
  }

  append(entries: readonly JournalEntry[]): void {
    const { database, run, token, codec } = this.#init;
    if (this.#closed) throw this.#error(new Error("the journal was closed"));
    if (this.#broken !== undefined) throw this.#error(this.#broken);
    const lines = entries.map((entry) => encodeLine(entry, codec));
    try {
      database.transaction(() => {
        if (!holdsLock(database, run, token)) throw new Error("another process has broken the lock");
        const insert = database.statement("INSERT INTO entries (run, number, line) VALUES (?, ?, ?)");
        for (const [index, line] of lines.entries()) insert.run(run, this.#next + index, line.slice(0, -1));
      });
      if (!database.isLinked) throw new Error("the file was removed");
    } catch (error) {
      this.#broken = error;
      throw this.#error(error);
    }
    this.#next += lines.length;
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    const { database, run, token } = this.#init;
    try {
      releaseLock(database, run, token);
    } catch {
      // A lock that cannot be given back is stale as soon as this process ends.
    }
    return Promise.resolve();
  }

  #error(cause: unknown): TesseraeError {
    return new TesseraeError(
      "ERR_JOURNAL_WRITE",
      `${this.#init.database.path} could not be written: ${messageOf(cause)}. What was to be written is not used; ` +
        "the run can be resumed when the cause is gone.",
      { cause },
    );
  }
}
