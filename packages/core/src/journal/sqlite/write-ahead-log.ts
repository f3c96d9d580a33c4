import type { DatabaseSync } from "node:sqlite";

/** SQLite's number for a lock that somebody else has, in the low byte of a code. */
const BUSY = 5;
const MOST_TRIES = 10;

/**
 * Lets a database write to a log ahead, so that readers and a writer do not hold one another up.
 *
 * Several processes may come at once to a file that is new. While one of them writes to it SQLite refuses the others
 * this step at once, whatever the database's `timeout`: so they wait for the lock, as for any other, and try again.
 *
 * @throws what SQLite does, where it cannot be or the lock is not free in time.
 */
export function useWriteAheadLog(database: DatabaseSync): void {
  for (let tries = 1; ; tries += 1) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (tries === MOST_TRIES || !isBusy(error)) throw error;
      database.exec("BEGIN IMMEDIATE; COMMIT");
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === BUSY;
}
