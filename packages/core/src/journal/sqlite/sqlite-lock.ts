import { TesseraeError } from "../../errors/tesserae-error.ts";
import { randomUuid } from "../../run/uuid.ts";
import { cannotBeSeen, describeOwner, isGone, ownerOf, type LockOwner } from "../file/lock-owner.ts";
import type { ProcessIdentity } from "../file/process-identity.ts";
import type { JournalHolder } from "../journal-store.ts";
import type { JournalDatabase } from "./journal-database.ts";

type Row = LockOwner & JournalHolder;

/** Takes the lock of a run, inside of a transaction; returns the token that gives it back. */
export function takeLock(database: JournalDatabase, identity: ProcessIdentity, run: string, force: boolean): string {
  const row = readLock(database, run);
  if (row !== undefined && !isGone(row, identity) && !(force && cannotBeSeen(row, identity))) {
    throw new TesseraeError("ERR_JOURNAL_LOCKED", `The run ${run} is locked: ${describeOwner(row, identity)}`);
  }
  const token = randomUuid();
  const { pid, host, started } = ownerOf(identity);
  database
    .statement("INSERT OR REPLACE INTO locks (run, pid, host, started, since, token) VALUES (?, ?, ?, ?, ?, ?)")
    .run(run, pid, host, started, Date.now(), token);
  return token;
}

/** Gives a lock back; one that another took by force stays. */
export function releaseLock(database: JournalDatabase, run: string, token: string): void {
  database.statement("DELETE FROM locks WHERE run = ? AND token = ?").run(run, token);
}

/** True while nobody has taken the lock by force. */
export function holdsLock(database: JournalDatabase, run: string, token: string): boolean {
  return database.statement("SELECT 1 FROM locks WHERE run = ? AND token = ?").get(run, token) !== undefined;
}

/** Who holds the lock of a run, if that one may be alive. */
export function lockHolder(
  database: JournalDatabase,
  identity: ProcessIdentity,
  run: string,
): JournalHolder | undefined {
  const row = readLock(database, run);
  if (row === undefined || isGone(row, identity)) return undefined;
  const { pid, host, since } = row;
  return { pid, host, since };
}

function readLock(database: JournalDatabase, run: string): Row | undefined {
  const row = database.statement("SELECT pid, host, started, since FROM locks WHERE run = ?").get(run);
  if (row === undefined) return undefined;
  return {
    pid: Number(row["pid"]),
    host: String(row["host"]),
    started: String(row["started"]),
    since: Number(row["since"]),
  };
}
