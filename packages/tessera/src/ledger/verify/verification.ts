/** Where a ledger is not what it should be. */
export interface LedgerProblem {
  /** In words, such as `row 12 of chain local-01J…`. */
  readonly place: string;
  readonly chain?: string | undefined;
  readonly seq?: number | undefined;
  /** The field of the row, or of the checkpoint, that is wrong, where that can be told. */
  readonly field?: string | undefined;
  readonly reason: string;
}

/** What checking a ledger came to. */
export interface Verification {
  /**
   * 0: all is well. 1: something was changed, see `problem`. 2: the ledger cannot be read. 3: a price snapshot that rows
   * pin is missing.
   */
  readonly exitCode: 0 | 1 | 2 | 3;
  /** The first thing that is wrong. */
  readonly problem?: LedgerProblem;
  readonly rows: number;
  readonly chains: number;
  readonly checkpoints: number;
  /** How many of the checkpoints are signed. */
  readonly signed: number;
  /** How many rows are under signed checkpoints. */
  readonly signedRows: number;
  /** Chains that begin with a `gap`: their predecessor's writer did not end well. */
  readonly gaps: number;
  /** Rows that the ledger itself says are missing. */
  readonly lostRows: number;
  /** In pico-dollars, over the rows that were checked. */
  readonly original: bigint;
  readonly actual: bigint;
  readonly verifiedSavings: bigint;
  /** What could not be checked. */
  readonly warnings: readonly string[];
}
