import type { Since } from "./parse-since.ts";

/** What a reading found; it is filled while the events are taken. */
export interface ReadStats {
  /** Lines that are no event: torn by a crash, or not ours. */
  corrupt_lines?: number;
  /** Corrupt lines whose end was an event, which was read. */
  salvaged_lines?: number;
  /** All lines that are not blank. */
  lines?: number;
  files?: number;
  bytes?: number;
  /** Events that came again later under the same id. */
  duplicates?: number;
  /** Lines that somebody is writing just now. */
  in_progress?: number;
}

/** Options of `read` and `readAsync`. Names with underscores are taken, too. */
export interface ReadOptions {
  /** The earliest time of an event: Unix seconds, a `Date`, ISO text with an offset, or how long ago. */
  readonly since?: Since | undefined;
  /** The latest time of an event, given like `since`. */
  readonly until?: Since | undefined;
  /** Default: `TESSEN_LOG_DIR`, else `~/.tessen/logs`. */
  readonly logDir?: string | undefined;
  readonly log_dir?: string | undefined;
  readonly stats?: ReadStats | undefined;
}

/** Options of `readAsync`. */
export interface ReadAsyncOptions extends ReadOptions {
  /** Ends the reading: what is taken next fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
