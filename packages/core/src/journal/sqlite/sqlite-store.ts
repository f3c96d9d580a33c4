import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { LookupError, RuntimeError } from "../../errors/kinds.ts";
import { isTesseraeError, TesseraeError } from "../../errors/tesserae-error.ts";
import { checkRunId } from "../check-run-id.ts";
import type { JournalEntry } from "../entries.ts";
import { decodeLine, type LineCodec } from "../file/line.ts";
import { thisProcess, type ProcessIdentity } from "../file/process-identity.ts";
import type { JournalHolder, JournalStore, JournalWriter, RunFilter, RunSummary } from "../journal-store.ts";
import { RunSummarizer } from "../run-summarizer.ts";
import { selectRuns } from "../select-runs.ts";
import { damaged, JournalDatabase, messageOf } from "./journal-database.ts";
import { lockHolder, takeLock } from "./sqlite-lock.ts";
import { SqliteWriter } from "./sqlite-writer.ts";

/** Rows that are read at once. */
const PAGE = 64;

/** Options of a {@link SqliteJournalStore}. */
export interface SqliteJournalStoreOptions {
  /** The database file; it is made, with its folder, when the first run is written. */
  readonly path: string;
  /** `process` (default): what is written survives the death of the process; `disk`: a loss of power, too. */
  readonly durability?: "process" | "disk" | undefined;
  /** Encrypts each entry. All runs of the database must have been written with it. */
  readonly codec?: LineCodec | undefined;
  readonly identity?: ProcessIdentity | undefined;
}

/**
 * Keeps the journals of many runs in one SQLite database (`node:sqlite`, write-ahead log), for a machine on which
 * several processes run teams. An entry is the line that the file store would write, with its checksum.
 *
 * Folder and file are their owner's alone (0700, 0600): a journal holds everything that was said.
 */
export class SqliteJournalStore implements JournalStore {
  readonly path: string;
  readonly #flush: boolean;
  readonly #codec: LineCodec | undefined;
  readonly #identity: ProcessIdentity;
  #database: JournalDatabase | undefined;

  constructor(options: SqliteJournalStoreOptions) {
    this.path = resolve(options.path);
    this.#flush = options.durability === "disk";
    this.#codec = options.codec;
    this.#identity = options.identity ?? thisProcess();
  }

  async open(
    runId: string,
    mode: "create" | "append",
    options: { readonly force?: boolean } = {},
  ): Promise<JournalWriter> {
    checkRunId(runId);
    const database = mode === "create" ? this.#open() : this.#existing();
    if (database === undefined) throw this.#notFound(runId);
    const init = this.#changing(database, () => {
      const exists = hasRun(database, runId);
      if (mode === "append" && !exists) throw this.#notFound(runId);
      if (mode === "create" && exists) throw new RuntimeError(`A run ${runId} exists already in ${this.path}.`);
      const token = takeLock(database, this.#identity, runId, options.force === true);
      if (!exists) database.statement("INSERT INTO runs (run) VALUES (?)").run(runId);
      return { token, next: countEntries(database, runId) };
    });
    return new SqliteWriter({ database, run: runId, codec: this.#codec, ...init });
  }

  async *read(runId: string, from = 0): AsyncGenerator<JournalEntry> {
    checkRunId(runId);
    const database = this.#existing();
    if (database === undefined || !hasRun(database, runId)) throw this.#notFound(runId);
    yield* this.#entries(database, runId, from);
  }

  async list(filter: RunFilter = {}): Promise<readonly RunSummary[]> {
    const database = this.#existing();
    if (database === undefined) return [];
    const runs = database.statement("SELECT run FROM runs").all();
    const summaries = runs.map(({ run }) => this.#summary(database, String(run)));
    return selectRuns(
      summaries.filter((summary) => summary !== undefined),
      filter,
    );
  }

  async lock(runId: string): Promise<JournalHolder | undefined> {
    checkRunId(runId);
    const database = this.#existing();
    return database === undefined ? undefined : lockHolder(database, this.#identity, runId);
  }

  async remove(runId: string): Promise<void> {
    checkRunId(runId);
    const database = this.#existing();
    if (database === undefined) return;
    this.#changing(database, () => {
      takeLock(database, this.#identity, runId, false);
      for (const table of ["entries", "runs", "locks"]) {
        database.statement(`DELETE FROM ${table} WHERE run = ?`).run(runId);
      }
    });
  }

  /** Closes the file. Writers of this store cannot write any more; the store opens it again when it is used. */
  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): JournalDatabase {
    if (this.#database !== undefined && !this.#database.isLinked) this.close();
    return (this.#database ??= new JournalDatabase(this.path, this.#flush));
  }

  #existing(): JournalDatabase | undefined {
    return existsSync(this.path) ? this.#open() : undefined;
  }

  #changing<T>(database: JournalDatabase, body: () => T): T {
    try {
      return database.transaction(body);
    } catch (cause) {
      if (isTesseraeError(cause)) throw cause;
      throw new TesseraeError("ERR_JOURNAL_WRITE", `${this.path} cannot be written: ${messageOf(cause)}.`, { cause });
    }
  }

  /** What there is when it begins: what is written while it is read is not seen. */
  *#entries(database: JournalDatabase, runId: string, from: number): Generator<JournalEntry> {
    const count = countEntries(database, runId);
    for (let next = from; next < count;) {
      const rows = this.#page(database, runId, next);
      if (rows.length === 0) throw this.#corrupt(runId, next, "it is missing");
      for (const { number, line } of rows) {
        if (next >= count) return;
        if (number !== next) throw this.#corrupt(runId, next, "it is missing");
        yield this.#decode(runId, next, String(line));
        next += 1;
      }
    }
  }

  #page(database: JournalDatabase, runId: string, from: number): readonly Record<string, unknown>[] {
    try {
      return database
        .statement(`SELECT number, line FROM entries WHERE run = ? AND number >= ? ORDER BY number LIMIT ${PAGE}`)
        .all(runId, from);
    } catch (cause) {
      throw damaged(this.path, cause);
    }
  }

  #decode(runId: string, number: number, line: string): JournalEntry {
    let decoded: ReturnType<typeof decodeLine>;
    try {
      decoded = decodeLine(Buffer.from(line), this.#codec);
    } catch (error) {
      throw this.#corrupt(runId, number, messageOf(error));
    }
    if ("bad" in decoded) throw this.#corrupt(runId, number, decoded.bad);
    return decoded.entry;
  }

  /** A run in the list: its beginning and its end, or all of it when it has no end. */
  #summary(database: JournalDatabase, runId: string): RunSummary | undefined {
    const summarizer = new RunSummarizer();
    try {
      const [last] = this.#entries(database, runId, Math.max(0, countEntries(database, runId) - 1));
      for (const entry of this.#entries(database, runId, 0)) {
        summarizer.add(entry);
        if (last?.e === "end" && !summarizer.inHead) break;
      }
      if (last?.e === "end") summarizer.add(last);
      return summarizer.summary(last?.e !== "end" && lockHolder(database, this.#identity, runId) !== undefined);
    } catch {
      // One run that cannot be read does not hide the others; what could be read of it is shown.
      return summarizer.summary(false);
    }
  }

  #corrupt(runId: string, number: number, why: string): TesseraeError {
    return new TesseraeError(
      "ERR_JOURNAL_CORRUPT",
      `The journal of ${runId} in ${this.path} is damaged: entry ${number} cannot be read: ${why}. ` +
        "The part before it is good: fork from it with `salvage`.",
    );
  }

  #notFound(runId: string): LookupError {
    return new LookupError(`There is no run ${runId} in ${this.path}.`);
  }
}

function hasRun(database: JournalDatabase, runId: string): boolean {
  return database.statement("SELECT 1 FROM runs WHERE run = ?").get(runId) !== undefined;
}

function countEntries(database: JournalDatabase, runId: string): number {
  const last = database.statement("SELECT max(number) AS last FROM entries WHERE run = ?").get(runId)?.["last"];
  return typeof last === "number" ? last + 1 : 0;
}
