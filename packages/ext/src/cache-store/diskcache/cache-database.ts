import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { RuntimeError, ValueError } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";
import { useWriteAheadLog } from "@tesserae/core/journal/sqlite";

/** Marks the file as a cache of ours: "TSRC". */
const APPLICATION_ID = 0x54_53_52_43;
/** Raised when the table changes. */
const SCHEMA_VERSION = 1;
/** How long one process waits for another to have written. */
const PATIENCE_MS = 5000;

const TABLE = `
  CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires INTEGER) WITHOUT ROWID, STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};`;

/** The file of a cache: made with its folder when it is not there, readable by its owner alone. */
export class CacheDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws RuntimeError when it cannot be made or is damaged; ValueError for the file of another program. */
  constructor(directory: string) {
    const path = join(directory, "cache.db");
    let database: DatabaseSync | undefined;
    try {
      makePrivate(directory, path);
      database = new DatabaseSync(path, { timeout: PATIENCE_MS });
      useWriteAheadLog(database);
      database.exec("PRAGMA synchronous = NORMAL;");
      prepare(database, path);
    } catch (cause) {
      database?.close();
      if (cause instanceof ValueError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new RuntimeError(`The cache ${path} cannot be used: ${why}. Make it writable, or remove it.`, { cause });
    }
    this.#database = database;
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

  close(): void {
    this.#database.close();
  }
}

function makePrivate(directory: string, path: string): void {
  makeFolders(directory);
  if (existsSync(path)) return;
  closeSync(openSync(path, "a", 0o600));
  // What the mask of the process took away is given again, and nothing more.
  chmodSync(path, 0o600);
}

function prepare(database: DatabaseSync, path: string): void {
  // Two processes may come at once to a file that is new.
  database.exec("BEGIN IMMEDIATE");
  try {
    const id = numberOf(database, "application_id");
    const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"];
    if (id === 0 && tables === 0) database.exec(TABLE);
    else if (id !== APPLICATION_ID) {
      throw new ValueError(
        `${path} is another program's database (Python's diskcache has a file of this name): name another directory.`,
      );
    } else if (numberOf(database, "user_version") > SCHEMA_VERSION) {
      throw new ValueError(`${path} was written by a newer release: update, or name another directory.`);
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function numberOf(database: DatabaseSync, pragma: string): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}
