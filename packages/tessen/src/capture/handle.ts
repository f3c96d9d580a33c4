import type { LogStats } from "../log/log-stats.ts";
import type { HookKind } from "./guard.ts";

/** What a recording has done. */
export interface TessenStats {
  /** Events that were handed to the log. */
  readonly events: number;
  /** Calls whose answer is still on its way, or awaited. */
  readonly open: number;
  /** HTTP requests that belong to a call that is recorded above them, and are no events of their own. */
  readonly ownedRequests: number;
  /** How often each kind of hook failed. The program was not affected. */
  readonly failures: Readonly<Partial<Record<HookKind, number>>>;
  /** Null while tessen is disabled. */
  readonly log: LogStats | null;
}

/** A recording. */
export interface TessenHandle {
  readonly agentName: string;
  readonly sessionId: string;
  /** The file that the last event went to; null while tessen is disabled. */
  readonly logFile: string | null;
  stats(): TessenStats;
  /** Resolves to true once every event so far is on disk, to false when that takes longer than `ms` (5,000). */
  flush(ms?: number): Promise<boolean>;
  /** Ends the recording: open calls are written as they stand, patches and subscriptions are taken away. */
  shutdown(ms?: number): Promise<boolean>;
  [Symbol.asyncDispose](): Promise<void>;
}
