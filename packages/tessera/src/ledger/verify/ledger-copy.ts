import type { LedgerHead } from "../head-file.ts";

/** A row as it lies somewhere, before anything is believed. */
export interface StoredRow {
  readonly chain: number;
  readonly seq: number;
  readonly text: string;
  readonly hash: string;
  /** In hexadecimal digits, or in base64. */
  readonly checks?: string;
  /** What the columns beside the text say, by the row's own names. */
  readonly columns?: StoredColumns;
}

/** The columns that repeat parts of a row for queries. */
export interface StoredColumns {
  readonly ts: ColumnValue;
  readonly kind: ColumnValue;
  readonly tenant: ColumnValue;
  readonly workload: ColumnValue;
  readonly run: ColumnValue;
  readonly original_pusd: ColumnValue;
  readonly actual_pusd: ColumnValue;
  readonly verified: ColumnValue;
}

/** What a column can hold. */
export type ColumnValue = string | number | null;

/** A chain as it lies somewhere. */
export interface StoredChain {
  readonly number: number;
  readonly name: string;
  readonly headSeq: number;
  readonly headHash: string;
  readonly closed: boolean;
  readonly keyId: string | null;
}

/** A checkpoint as it lies somewhere. */
export interface StoredCheckpoint {
  readonly chain: number;
  readonly lastSeq: number;
  readonly text: string;
}

/** A ledger to be checked: in its database, or exported. */
export interface LedgerCopy {
  /** False for an export of a part: rows between others may be missing. */
  readonly isWhole: boolean;
  readonly chains: readonly StoredChain[];
  readonly checkpoints: readonly StoredCheckpoint[];
  /** Texts of price snapshots by their ids. */
  readonly snapshots: ReadonlyMap<string, string>;
  /** Public keys in PEM by their ids. */
  readonly keys: ReadonlyMap<string, string>;
  /** The head as the file beside the database has it. */
  readonly head: LedgerHead | undefined;
  /** Lines of anchor files. */
  readonly anchors: readonly string[];
  readonly warnings: readonly string[];
  /** The rows by chain and place, in groups. */
  rows(): AsyncIterable<readonly StoredRow[]>;
  close(): void;
}
