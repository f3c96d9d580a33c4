import type { OutcomeStatus } from "../ports.ts";

/** Usage as a row holds it: whole numbers, without the parts that are 0 but for input and output. */
export type RowUsage = {
  readonly cache_read_audio_tokens?: number | undefined;
  readonly cache_read_tokens?: number | undefined;
  readonly cache_write_1h_tokens?: number | undefined;
  readonly cache_write_tokens?: number | undefined;
  readonly input_audio_tokens?: number | undefined;
  readonly input_tokens: number;
  readonly output_audio_tokens?: number | undefined;
  readonly output_image_tokens?: number | undefined;
  readonly output_tokens: number;
  readonly reasoning_tokens?: number | undefined;
  /** What the provider itself says that the call cost, in pico-dollars. Not reckoned with. */
  readonly reported_cost?: number | undefined;
  readonly web_fetch_requests?: number | undefined;
  readonly web_search_requests?: number | undefined;
  /** What other models inside the call used. */
  readonly additional?: readonly RowAdditionalUsage[] | undefined;
};

/** What another model inside a call used. */
export type RowAdditionalUsage = {
  readonly kind: string;
  readonly model?: string | undefined;
  /** Its price in the row's snapshot. */
  readonly priced_as?: string | undefined;
  readonly usage: RowUsage;
};

/** Why a row does not count as verified saving. */
export type ExcludeReason =
  | "adjusted"
  | "unpriced"
  | "no_usage"
  | "cost_range"
  | "estimated"
  | "error"
  | "aborted"
  | "upstream_truncated"
  | "refused";

/**
 * A row of the ledger, version 2, as it is on disk and in exports. Money is in pico-dollars (1e-12 US dollars) and, like the
 * place in the chain, a decimal string. No prompt, answer, key or address is ever in it. Rows of version 1 stay as they were
 * written; they lack the fields of {@link ADDED_FIELDS}.
 */
export interface LedgerRow {
  readonly v: RowVersion;
  /** The chain of the writer, and the row's place in it from 1. */
  readonly chain: string;
  readonly seq: string;
  /** When it was written down, ISO 8601 in UTC; never earlier than the row before. */
  readonly ts: string;
  /** When the request was over, should the row have waited for a restart to be written. */
  readonly settled_at?: string | undefined;
  /**
   * `overhead`: what was paid beside an answer. `settlement`: usage that became known after the row of its request, as that
   * of deferred work. `adjustment`: an operator's correction of a row. Both name their request as `parent_id`.
   */
  readonly kind: "request" | "overhead" | "settlement" | "adjustment" | "event";
  /** `open`: this chain follows another. `gap`: the writer of the other one did not end well. `lost`: rows were lost. */
  readonly event?: "open" | "gap" | "lost" | undefined;
  /** The chain before this one, and the last row that is there of it. */
  readonly previous_chain?: string | undefined;
  readonly previous_seq?: string | undefined;
  readonly previous_hash?: string | undefined;
  /** So many rows are known to be missing. */
  readonly lost_rows?: number | undefined;
  /** What made the cost of an `overhead` row. */
  readonly overhead?: "failed_attempt" | undefined;
  readonly request_id?: string | undefined;
  readonly parent_id?: string | undefined;
  /** The hash of the row that an `adjustment` corrects. */
  readonly adjusts?: string | undefined;
  /** What the caller itself calls the request: its `x-tessera-request-id`. */
  readonly caller_request_id?: string | undefined;
  readonly tenant?: string | undefined;
  readonly key_id?: string | undefined;
  readonly workload?: string | undefined;
  readonly feature_tag?: string | undefined;
  readonly customer_tag_hash?: string | undefined;
  /** Where in a run of the framework the request belongs. */
  readonly run?: string | undefined;
  readonly agent?: string | undefined;
  readonly effect?: string | undefined;
  readonly provider?: string | undefined;
  readonly upstream?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly model_requested?: string | undefined;
  readonly model_served?: string | undefined;
  /** Every mechanic that fired. */
  readonly stack?: readonly string[] | undefined;
  readonly cache?: string | undefined;
  readonly stream?: boolean | undefined;
  readonly lane?: "standard" | undefined;
  readonly usage?: RowUsage | undefined;
  readonly usage_source?: "provider" | "stored" | "estimated" | undefined;
  /** The price snapshot that the row is reckoned with, and the price in it. */
  readonly snapshot_id?: string | undefined;
  readonly priced_as?: string | undefined;
  /** What it would have cost without any mechanic, and what it did cost. Absent when nobody knows. */
  readonly original_pusd?: string | undefined;
  readonly actual_pusd?: string | undefined;
  /** Original less actual, and its parts. */
  readonly savings_pusd?: string | undefined;
  readonly by_mechanic?: Readonly<Record<string, string>> | undefined;
  readonly verified?: boolean | undefined;
  readonly exclude_reason?: ExcludeReason | undefined;
  readonly status?: OutcomeStatus | undefined;
  readonly http_status?: number | undefined;
  readonly finish?: string | undefined;
  readonly latency_ms?: number | undefined;
  readonly overhead_ms?: number | undefined;
}

/** A row before it has its place in a chain. */
export interface DraftRow {
  /** When the request was over, in milliseconds since 1970. */
  readonly at: number;
  readonly row: UnplacedRow;
}

/** What a row says without its place. */
export type UnplacedRow = Omit<LedgerRow, "v" | "chain" | "seq" | "ts">;

/** The versions of a row that are known. The last is the one that is written. */
export type RowVersion = 1 | 2;

/** What rows are written as. */
export const ROW_VERSION: RowVersion = 2;

/** The fields that version 2 added. */
export const ADDED_FIELDS: ReadonlySet<keyof LedgerRow> = new Set(["adjusts", "caller_request_id"]);

/** The members of a row in the order of canonical JSON. New ones may only be added together with a new version. */
export const ROW_FIELDS: readonly (keyof LedgerRow)[] = [
  "actual_pusd",
  "adjusts",
  "agent",
  "by_mechanic",
  "cache",
  "caller_request_id",
  "chain",
  "customer_tag_hash",
  "effect",
  "endpoint",
  "event",
  "exclude_reason",
  "feature_tag",
  "finish",
  "http_status",
  "key_id",
  "kind",
  "lane",
  "latency_ms",
  "lost_rows",
  "model_requested",
  "model_served",
  "original_pusd",
  "overhead",
  "overhead_ms",
  "parent_id",
  "previous_chain",
  "previous_hash",
  "previous_seq",
  "priced_as",
  "provider",
  "request_id",
  "run",
  "savings_pusd",
  "seq",
  "settled_at",
  "snapshot_id",
  "stack",
  "status",
  "stream",
  "tenant",
  "ts",
  "upstream",
  "usage",
  "usage_source",
  "v",
  "verified",
  "workload",
];
