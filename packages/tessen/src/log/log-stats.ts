/** What a log has done since it was opened. */
export interface LogStats {
  /** Lines written by the caller's thread. Each survives the death of the process. */
  readonly inlineLines: number;
  /** Lines written by the writer thread. */
  readonly threadLines: number;
  /** Lines that the writer thread was given and has not written yet. */
  readonly pendingLines: number;
  /** Lines kept in memory until the disk takes them. */
  readonly heldLines: number;
  /** Events that are gone: pushed out of memory while the disk took none, or impossible to write down. */
  readonly lostEvents: number;
  /** True while the disk takes nothing. */
  readonly degraded: boolean;
  /** True while writing is so slow that every line goes through the writer thread. */
  readonly threadOnly: boolean;
  /** How often each kind of trouble came, by the system's code (`ENOSPC`) or a word of ours. */
  readonly failures: Readonly<Record<string, number>>;
}
