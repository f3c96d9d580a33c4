import type { Json, JsonObject } from "../json.ts";
import type { JournalEntry } from "./entries.ts";

/** How a run stands. */
export type RunStatus = "running" | "finished" | "failed" | "aborted" | "waiting" | "interrupted";

/** A question that a run waits for. */
export interface OpenInput {
  readonly requestId: string;
  /** The whole path of the agent that asks. */
  readonly path: string;
  readonly prompt: string;
  readonly choices: readonly string[] | null;
  /** The tool call that waits for approval; its answer is a `ToolDecision`, or one of the choices. */
  readonly tool?: { readonly name: string; readonly arguments: JsonObject } | undefined;
}

/** A run in a list. */
export interface RunSummary {
  readonly runId: string;
  readonly status: RunStatus;
  readonly name: string;
  readonly kind: string;
  readonly task: Json;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** From the start to the last entry. */
  readonly durationMs: number;
  readonly turns: number;
  /** Pico-dollars (1e-12 USD); `null` when a price is not known. */
  readonly cost: number | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly stopReason: string | null;
  readonly labels: JsonObject;
  /** The run that this one was forked from. */
  readonly parent: string | null;
  /** What a `waiting` run waits for. */
  readonly inputs: readonly OpenInput[];
}

/** Which runs are listed. */
export interface RunFilter {
  readonly status?: RunStatus | undefined;
  readonly name?: string | undefined;
  /** At most so many, the newest first. Default: all. */
  readonly limit?: number | undefined;
}

/** Who writes a journal. */
export interface JournalHolder {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The one who may write a journal. */
export interface JournalWriter {
  /**
   * Adds entries in this order; all of them are durable when it returns (or when its promise resolves). A call that fails
   * leaves none of them, or a tail that the next writer cuts, and every later call fails too.
   *
   * @throws TesseraeError `ERR_JOURNAL_WRITE`
   */
  append(entries: readonly JournalEntry[]): void | Promise<void>;
  /** Gives the lock back. Calling it twice is harmless. */
  close(): Promise<void>;
}

/** Keeps the journals of runs. Check an implementation with `journalStoreConformance` of `@tesserae/core/testing`. */
export interface JournalStore {
  /**
   * Takes the lock of a run and opens its journal for writing: `create` makes a new one, `append` continues one.
   *
   * @param options.force breaks a lock that another machine holds.
   * @throws TesseraeError `ERR_JOURNAL_LOCKED`, `ERR_NOT_FOUND`, `ERR_INVALID_STATE` (exists already), `ERR_JOURNAL_WRITE`
   */
  open(runId: string, mode: "create" | "append", options?: { readonly force?: boolean }): Promise<JournalWriter>;
  /**
   * The entries of a run in order, from the one with this number (0 is the first). Needs no lock; what a writer has not
   * finished is not seen.
   *
   * @throws TesseraeError `ERR_NOT_FOUND`; `ERR_JOURNAL_CORRUPT` at the damaged entry, after the good ones before it.
   */
  read(runId: string, from?: number): AsyncIterable<JournalEntry>;
  /** The runs, the newest first. */
  list(filter?: RunFilter): Promise<readonly RunSummary[]>;
  /** Who holds the lock of a run and is alive; `undefined` when nobody does. */
  lock(runId: string): Promise<JournalHolder | undefined>;
  /**
   * Removes a run. @throws TesseraeError `ERR_JOURNAL_LOCKED` while somebody writes it. A run that is not there is fine.
   */
  remove(runId: string): Promise<void>;
}
