import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { TesseraeError } from "../../errors/tesserae-error.ts";
import { makeFolders } from "../make-folders.ts";
import { useWriteAheadLog } from "./write-ahead-log.ts";

/** Marks the file as a database of journals: "TSRJ". */
const APPLICATION_ID = 0x54_53_52_4a;
/** Raised when the tables change. */
const SCHEMA_VERSION = 1;
/** How long a writer of one run waits for the writer of another. */
const PATIENCE_MS = 5000;

const TABLES = `
  CREATE TABLE runs (run TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;
  CREATE TABLE entries (run TEXT, number INTEGER, line TEXT NOT NULL, PRIMARY KEY (run, number)) WITHOUT ROWID, STRICT;
  CREATE TABLE locks (
    run TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL, started TEXT NOT NULL, since INTEGER NOT NULL,
    token TEXT NOT NULL
  ) WITHOUT ROWID, STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};`;

/** The file of a store: opened, with its tables, its statements kept. */
export class JournalDatabase {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #inode: bigint;

  /**
   * Opens the database, and makes it with its folder when it is not there.
   * @throws TesseraeError `ERR_JOURNAL_CORRUPT` for a file that is no database, or another program's;
   *   `ERR_JOURNAL_VERSION` for one of a newer release; `ERR_JOURNAL_WRITE` when it cannot be made.
   */
  constructor(path: string, flush: boolean) {
    this.path = path;
    try {
      makePrivate(path);
      this.#database = new DatabaseSync(path, { timeout: PATIENCE_MS });
    } catch (cause) {
      throw new TesseraeError("ERR_JOURNAL_WRITE", `${path} cannot be opened: ${messageOf(cause)}.`, { cause });
    }
    try {
      this.#prepare(flush);
    } catch (cause) {
      this.#database.close();
      throw cause instanceof TesseraeError ? cause : damaged(path, cause);
    }
    this.#inode = statSync(path, { bigint: true }).ino;
  }

  /** A statement, prepared once. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Does all of the body's changes, or none when it throws. */
  transaction<T>(body: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const value = body();
      this.#database.exec("COMMIT");
      return value;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** False when the file was removed or replaced: it takes every write, and nobody will ever read it. */
  get isLinked(): boolean {
    return statSync(this.path, { bigint: true, throwIfNoEntry: false })?.ino === this.#inode;
  }

  close(): void {
    this.#database.close();
  }

  #prepare(flush: boolean): void {
    const database = this.#database;
    useWriteAheadLog(database);
    database.exec(`PRAGMA synchronous = ${flush ? "FULL" : "NORMAL"}`);
    this.transaction(() => {
      const application = numberOf(database, "application_id");
      const version = numberOf(database, "user_version");
      const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"];
      if (application === 0 && version === 0 && tables === 0) database.exec(TABLES);
      else if (application !== APPLICATION_ID) throw damaged(this.path, new Error("it is another program's database"));
      else if (version > SCHEMA_VERSION) {
        throw new TesseraeError(
          "ERR_JOURNAL_VERSION",
          `${this.path} was made by a newer release (version ${version}; this one reads ${SCHEMA_VERSION}). Update.`,
        );
      }
    });
  }
}

/** Files of journals hold everything that was said: they are their owner's. What SQLite adds takes the mode over. */
function makePrivate(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
}

function numberOf(database: DatabaseSync, pragma: "application_id" | "user_version"): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

/** The error of a file that cannot be read. */
export function damaged(path: string, cause: unknown): TesseraeError {
  const message = `${path} cannot be read as a database of journals: ${messageOf(cause)}.`;
  return new TesseraeError("ERR_JOURNAL_CORRUPT", message, { cause });
}

/** The words of an error. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
