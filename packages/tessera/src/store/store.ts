import { chmodSync, existsSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolder } from "./make-folder.ts";
import { migrate, type Migration } from "./migrate.ts";
import { StoreError } from "./store-error.ts";
import { useWriteAheadLog } from "./write-ahead-log.ts";
import { createPrivate, lockForWriting, type WriterLock } from "./writer-lock.ts";

/** How a store is opened. */
export interface StoreOptions {
  /**
   * `write` (default): as the one writer, which the gateway is. `read`: beside the writer, changing nothing.
   * `share`: for a few short writes beside the writer, such as those of `tessera keys revoke`.
   */
  readonly access?: "write" | "read" | "share";
  /**
   * `normal` (default): what was committed survives the end of the process, and all but the last moments a loss of power.
   * `full`: it survives a loss of power too, at one flush of the disk for each commit.
   */
  readonly synchronous?: "normal" | "full";
}

/** The gateway's one file. */
export interface Store {
  /** Absolute. */
  readonly path: string;
  readonly readOnly: boolean;
  readonly database: DatabaseSync;
  /** Brings the tables of one room of the gateway to their newest form; see {@link Migration}. */
  migrate(room: string, migrations: readonly Migration[]): void;
  /** Resolves when all that was committed until now is on the disk, and would survive a loss of power. */
  sync(): Promise<void>;
  /** Once; later calls do nothing. */
  close(): void;
}

/** Marks the file as a database of tessera: "TSRA". */
const APPLICATION_ID = 0x54_53_52_41;
/** The writer must not stop the gateway for long when a `share` writes; the others can wait. */
const WRITER_PATIENCE_MS = 200;
const OTHERS_PATIENCE_MS = 5000;
/** Of a new database, in bytes: what is written in large pieces is written with a quarter of the calls of smaller pages. */
const PAGE_BYTES = 16 * 1024;
/** The log is brought into the database after so many pages: seldom, since everything waits for the disk meanwhile. */
const LOG_PAGES = 1000;

/**
 * Opens the gateway's SQLite database, making it (with its folder) when it is missing, except for reading. Only its owner
 * can read it.
 *
 * @throws StoreError `ERR_STORE_LOCKED` when another place has it open for writing, `ERR_STORE_UNREADABLE` when it is
 *   missing (for reading), no database, or one of another program.
 */
export function openStore(path: string, options: StoreOptions = {}): Store {
  const absolute = resolve(path);
  const access = options.access ?? "write";
  const readOnly = access === "read";
  if (readOnly && !existsSync(absolute)) {
    throw new StoreError("ERR_STORE_UNREADABLE", `There is no database at ${absolute}.`);
  }
  let lock: WriterLock | undefined;
  let database: DatabaseSync | undefined;
  try {
    if (!readOnly) makeFolderOf(absolute);
    if (access === "write") lock = lockForWriting(absolute);
    if (!readOnly) keepPrivate(absolute);
    database = new DatabaseSync(absolute, { readOnly });
    prepare(database, absolute, { access, synchronous: options.synchronous ?? "normal" });
    return new SqliteStore(absolute, readOnly, database, lock);
  } catch (error) {
    database?.close();
    lock?.release();
    if (error instanceof StoreError) throw error;
    throw new StoreError(
      "ERR_STORE_UNREADABLE",
      `The database ${absolute} cannot be opened: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}

function makeFolderOf(path: string): void {
  const folder = dirname(path);
  try {
    makeFolder(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError("ERR_STORE_UNREADABLE", `The folder of the database ${folder} cannot be made: ${why}.`, {
      cause,
    });
  }
}

class SqliteStore implements Store {
  readonly path: string;
  readonly readOnly: boolean;
  readonly database: DatabaseSync;
  readonly #lock: WriterLock | undefined;

  constructor(path: string, readOnly: boolean, database: DatabaseSync, lock: WriterLock | undefined) {
    this.path = path;
    this.readOnly = readOnly;
    this.database = database;
    this.#lock = lock;
  }

  migrate(room: string, migrations: readonly Migration[]): void {
    try {
      migrate(this.database, room, migrations, { path: this.path, readOnly: this.readOnly });
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `The tables "${room}" of the database ${this.path} cannot be made or brought up to date: ${why}.`;
      throw new StoreError("ERR_STORE_UNREADABLE", message, { cause });
    }
  }

  /** What is not in the log any more was put on the disk before it went from there, so it is enough to see to the log. */
  async sync(): Promise<void> {
    const log = await openLog(`${this.path}-wal`);
    try {
      await log?.datasync();
    } finally {
      await log?.close();
    }
  }

  close(): void {
    if (!this.database.isOpen) return;
    this.database.close();
    this.#lock?.release();
  }
}

/** SQLite's log, `undefined` where there is none. SQLite holds no locks on it that closing it could drop. */
async function openLog(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function keepPrivate(path: string): void {
  createPrivate(path);
  chmodSync(path, 0o600);
}

function prepare(
  database: DatabaseSync,
  path: string,
  options: { readonly access: "write" | "read" | "share"; readonly synchronous: "normal" | "full" },
): void {
  const patience = options.access === "write" ? WRITER_PATIENCE_MS : OTHERS_PATIENCE_MS;
  database.exec(`PRAGMA busy_timeout = ${patience}; PRAGMA trusted_schema = OFF`);
  const id = Number(database.prepare("PRAGMA application_id").get()?.["application_id"]);
  const isEmpty = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (id !== APPLICATION_ID && !(id === 0 && isEmpty)) {
    throw new StoreError("ERR_STORE_UNREADABLE", `${path} is a database of another program, not of tessera.`);
  }
  if (options.access === "read") return;
  if (id === 0) database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA application_id = ${APPLICATION_ID}`);
  useWriteAheadLog(database);
  database.exec(`PRAGMA synchronous = ${options.synchronous}; PRAGMA foreign_keys = ON`);
  database.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
}
