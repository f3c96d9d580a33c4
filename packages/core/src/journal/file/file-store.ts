import { homedir } from "node:os";
import { join } from "node:path";
import { LookupError, RuntimeError } from "../../errors/kinds.ts";
import { isTesseraeError, TesseraeError } from "../../errors/tesserae-error.ts";
import { checkRunId } from "../check-run-id.ts";
import type { JournalEntry } from "../entries.ts";
import type { JournalHolder, JournalStore, JournalWriter, RunFilter, RunSummary } from "../journal-store.ts";
import { RunSummarizer } from "../run-summarizer.ts";
import { selectRuns } from "../select-runs.ts";
import { errorCode, nodeFileSystem, type JournalFileSystem } from "./file-system.ts";
import { FileWriter } from "./file-writer.ts";
import type { LineCodec } from "./line.ts";
import { thisProcess, type ProcessIdentity } from "./process-identity.ts";
import { RunLock } from "./run-lock.ts";
import { goodLength, lastEntry, scanJournal } from "./scan.ts";

/** Options of a {@link FileJournalStore}. */
export interface FileJournalStoreOptions {
  /** The folder of the runs. Default: `TESSERAE_RUNS_DIR`, else `~/.tesserae/runs`. */
  readonly directory?: string | undefined;
  /** `process` (default): what is written survives the death of the process; `disk`: a loss of power, too. */
  readonly durability?: "process" | "disk" | undefined;
  /** Encrypts each line. All runs of the folder must have been written with it. */
  readonly codec?: LineCodec | undefined;
  readonly fileSystem?: JournalFileSystem | undefined;
  readonly identity?: ProcessIdentity | undefined;
}

/**
 * Keeps journals in a folder, one of its own for each run: `<directory>/<run id>/journal.jsonl`, one line an entry, and
 * `lock` while somebody writes. Folders are 0700, files 0600: a journal holds everything that was said.
 */
export class FileJournalStore implements JournalStore {
  readonly directory: string;
  readonly #fileSystem: JournalFileSystem;
  readonly #identity: ProcessIdentity;
  readonly #codec: LineCodec | undefined;
  readonly #flush: boolean;

  constructor(options: FileJournalStoreOptions = {}) {
    this.directory = options.directory ?? (process.env["TESSERAE_RUNS_DIR"] || join(homedir(), ".tesserae", "runs"));
    this.#fileSystem = options.fileSystem ?? nodeFileSystem;
    this.#identity = options.identity ?? thisProcess();
    this.#codec = options.codec;
    this.#flush = options.durability === "disk";
  }

  async open(
    runId: string,
    mode: "create" | "append",
    options: { readonly force?: boolean } = {},
  ): Promise<JournalWriter> {
    checkRunId(runId);
    return mode === "create" ? this.#create(runId) : this.#append(runId, options.force === true);
  }

  async *read(runId: string, from = 0): AsyncGenerator<JournalEntry> {
    checkRunId(runId);
    let number = 0;
    try {
      for (const { entry } of scanJournal(this.#fileSystem, this.#journal(runId), this.#codec)) {
        if (number >= from) yield entry;
        number += 1;
      }
    } catch (error) {
      throw errorCode(error) === "ENOENT" ? this.#notFound(runId) : error;
    }
  }

  async list(filter: RunFilter = {}): Promise<readonly RunSummary[]> {
    let names: readonly string[];
    try {
      names = this.#fileSystem.folders(this.directory);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
    const summaries = names.map((name) => this.#summary(name)).filter((summary) => summary !== undefined);
    return selectRuns(summaries, filter);
  }

  async lock(runId: string): Promise<JournalHolder | undefined> {
    checkRunId(runId);
    return this.#lock(runId).holder();
  }

  async remove(runId: string): Promise<void> {
    checkRunId(runId);
    const lock = this.#lock(runId);
    try {
      lock.acquire(false);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return;
      throw error;
    }
    this.#fileSystem.removeFolder(this.#folder(runId));
  }

  #create(runId: string): JournalWriter {
    const fileSystem = this.#fileSystem;
    const folder = this.#folder(runId);
    try {
      fileSystem.makeFolder(this.directory, true);
      fileSystem.makeFolder(folder, false);
    } catch (error) {
      if (errorCode(error) === "EEXIST") throw new RuntimeError(`A run ${runId} exists already in ${this.directory}.`);
      throw cannotWrite(folder, error);
    }
    return this.#locked(runId, false, () => {
      const file = fileSystem.open(this.#journal(runId), "ax");
      if (this.#flush) {
        fileSystem.flushFolder(folder);
        fileSystem.flushFolder(this.directory);
      }
      return { file, length: 0 };
    });
  }

  #append(runId: string, force: boolean): JournalWriter {
    const fileSystem = this.#fileSystem;
    const path = this.#journal(runId);
    return this.#locked(runId, force, () => {
      const length = goodLength(fileSystem, path, this.#codec);
      const file = fileSystem.open(path, "a");
      try {
        // What a crash left of a write; only the one who has the lock may cut it.
        if (fileSystem.size(file) > length) fileSystem.truncate(file, length);
      } catch (error) {
        fileSystem.close(file);
        throw error;
      }
      return { file, length };
    });
  }

  #locked(
    runId: string,
    force: boolean,
    open: () => { readonly file: number; readonly length: number },
  ): JournalWriter {
    const lock = this.#lock(runId);
    const path = this.#journal(runId);
    try {
      lock.acquire(force);
      const init = { fileSystem: this.#fileSystem, path, lock, codec: this.#codec, flush: this.#flush };
      return new FileWriter({ ...init, ...open() });
    } catch (error) {
      lock.release();
      if (isTesseraeError(error)) throw error;
      throw errorCode(error) === "ENOENT" ? this.#notFound(runId) : cannotWrite(path, error);
    }
  }

  /** A run in the list: its beginning and its end, or all of it when it has no end. */
  #summary(name: string): RunSummary | undefined {
    const path = join(this.directory, name, "journal.jsonl");
    const summarizer = new RunSummarizer();
    try {
      const last = lastEntry(this.#fileSystem, path, this.#codec);
      for (const { entry } of scanJournal(this.#fileSystem, path, this.#codec)) {
        summarizer.add(entry);
        if (last?.e === "end" && !summarizer.inHead) break;
      }
      if (last?.e === "end") summarizer.add(last);
      const running = last?.e !== "end" && this.#lock(name).holder() !== undefined;
      return named(summarizer.summary(running), name);
    } catch {
      // One run that cannot be read does not hide the others; what could be read of it is shown.
      return named(summarizer.summary(false), name);
    }
  }

  #folder(runId: string): string {
    return join(this.directory, runId);
  }

  #journal(runId: string): string {
    return join(this.directory, runId, "journal.jsonl");
  }

  #lock(runId: string): RunLock {
    return new RunLock(this.#fileSystem, this.#identity, join(this.directory, runId, "lock"));
  }

  #notFound(runId: string): LookupError {
    return new LookupError(`There is no run ${runId} in ${this.directory}.`);
  }
}

/** A folder may have been copied or renamed: a run is opened by the name of its folder. */
function named(summary: RunSummary | undefined, runId: string): RunSummary | undefined {
  return summary === undefined ? undefined : { ...summary, runId };
}

function cannotWrite(path: string, cause: unknown): TesseraeError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TesseraeError("ERR_JOURNAL_WRITE", `${path} cannot be written: ${message}.`, { cause });
}
