import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "./store-error.ts";

/** The right to be the one writer of a database. */
export interface WriterLock {
  release(): void;
}

/** Keeps the locks alive: one that is collected as garbage lets go, though nobody released it. */
const held = new Set<DatabaseSync>();

/**
 * Takes the right to write the database at `path`, or says that another place has it.
 *
 * The lock is the operating system's lock on an empty file beside the database, held through SQLite, so that it ends with
 * the process however that ends, and so that two stores inside one process exclude one another as well.
 */
export function lockForWriting(path: string): WriterLock {
  const lockPath = `${path}-writer`;
  createPrivate(lockPath);
  const lock = new DatabaseSync(lockPath);
  try {
    lock.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new StoreError(
      "ERR_STORE_LOCKED",
      `${path} is open for writing in another place, such as a running gateway; a database has one writer. ` +
        "Stop that one first, or give this one a database of its own.",
      { cause },
    );
  }
  held.add(lock);
  return {
    release: () => {
      held.delete(lock);
      lock.close();
    },
  };
}

/**
 * Makes an empty file that only its owner can read, if there is none. An existing file is not opened: closing it would
 * drop the locks that this process holds on it.
 */
export function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return;
    throw error;
  }
}
