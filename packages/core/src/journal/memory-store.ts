import { LookupError, RuntimeError } from "../errors/kinds.ts";
import { TesseraeError } from "../errors/tesserae-error.ts";
import { checkRunId } from "./check-run-id.ts";
import type { JournalEntry } from "./entries.ts";
import type { JournalHolder, JournalStore, JournalWriter, RunFilter, RunSummary } from "./journal-store.ts";
import { RunSummarizer } from "./run-summarizer.ts";
import { selectRuns } from "./select-runs.ts";

interface StoredRun {
  readonly lines: string[];
  writer: MemoryWriter | undefined;
}

/** Keeps journals in memory: for tests, and for runs that need replay and fork but no life beyond the process. */
export class MemoryJournalStore implements JournalStore {
  readonly #runs = new Map<string, StoredRun>();

  async open(runId: string, mode: "create" | "append"): Promise<JournalWriter> {
    checkRunId(runId);
    let run = this.#runs.get(runId);
    if (mode === "append" && run === undefined) throw notFound(runId);
    if (mode === "create" && run !== undefined) throw new RuntimeError(`A run ${runId} exists already.`);
    if (run?.writer !== undefined) {
      throw new TesseraeError("ERR_JOURNAL_LOCKED", `The run ${runId} is being written in this process.`);
    }
    run ??= { lines: [], writer: undefined };
    this.#runs.set(runId, run);
    run.writer = new MemoryWriter(run);
    return run.writer;
  }

  async *read(runId: string, from = 0): AsyncGenerator<JournalEntry> {
    const run = this.#runs.get(runId);
    if (run === undefined) throw notFound(runId);
    // A copy: what is written while it is read is not seen.
    for (const line of run.lines.slice(from)) yield JSON.parse(line) as JournalEntry;
  }

  async list(filter: RunFilter = {}): Promise<readonly RunSummary[]> {
    const summaries: RunSummary[] = [];
    for (const [runId, run] of this.#runs) {
      const summarizer = new RunSummarizer();
      for await (const entry of this.read(runId)) summarizer.add(entry);
      const summary = summarizer.summary(run.writer !== undefined);
      if (summary !== undefined) summaries.push(summary);
    }
    return selectRuns(summaries, filter);
  }

  async lock(runId: string): Promise<JournalHolder | undefined> {
    const writer = this.#runs.get(runId)?.writer;
    return writer === undefined
      ? undefined
      : { pid: globalThis.process?.pid ?? 0, host: "memory", since: writer.since };
  }

  async remove(runId: string): Promise<void> {
    if (this.#runs.get(runId)?.writer !== undefined) {
      throw new TesseraeError("ERR_JOURNAL_LOCKED", `The run ${runId} is being written in this process.`);
    }
    this.#runs.delete(runId);
  }
}

class MemoryWriter implements JournalWriter {
  readonly since: number = Date.now();
  readonly #run: StoredRun;
  #closed = false;

  constructor(run: StoredRun) {
    this.#run = run;
  }

  append(entries: readonly JournalEntry[]): void {
    if (this.#closed) throw new TesseraeError("ERR_JOURNAL_WRITE", "The journal was closed.");
    // As text, so that nobody can change what was written.
    for (const entry of entries) this.#run.lines.push(JSON.stringify(entry));
  }

  close(): Promise<void> {
    this.#closed = true;
    if (this.#run.writer === this) this.#run.writer = undefined;
    return Promise.resolve();
  }
}

function notFound(runId: string): LookupError {
  return new LookupError(`There is no run ${runId} in this store.`);
}
