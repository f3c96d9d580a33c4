import type { Repeat } from "../code-executor/code-executor.ts";
import type { Json, JsonObject } from "../json.ts";
import type { LimitAccount } from "../run/limits.ts";

/** The version of the format that is written. It is raised when the meaning of an entry changes. */
export const JOURNAL_VERSION = 1;

/** The first entry of a run, once. */
export interface RunEntry {
  readonly e: "run";
  /** Milliseconds since 1970, as in every entry that has it. */
  readonly at: number;
  readonly v: number;
  readonly run: string;
  /** What ids and random numbers of the run are derived from. */
  readonly seed: string;
  readonly name: string;
  readonly kind: string;
  readonly task: Json;
  readonly options: JsonObject;
  readonly limits: JsonObject;
  readonly definition: Json;
  readonly definition_hash: string | null;
  /** The state before this run. */
  readonly state: Json;
  readonly parent: ParentRun | null;
  readonly versions: JsonObject;
  readonly labels: JsonObject;
  /** True when agents live in other processes. */
  readonly remote?: boolean;
}

/** The run that a fork was made from. What was copied of it stands at the beginning of the fork's own journal. */
export interface ParentRun {
  readonly run: string;
  /** The turn after which the fork goes on by itself; `null` when everything was taken. */
  readonly upto: number | null;
  /** What the ids of the copied part were derived from, in order; a fork of a fork has several. */
  readonly ids: readonly ParentIds[];
  /** The limits that held in the copied part, in order; in journals that were written before they are not there. */
  readonly limits?: readonly LimitsFrom[];
}

/** Limits that held behind so many outcomes and signals. */
export type LimitsFrom = {
  readonly from: number;
  readonly limits: JsonObject;
};

/** A stretch of a run whose ids come from another run. */
export type ParentIds = {
  readonly seed: string;
  /** The run whose id is in keys and request ids. */
  readonly run: string;
  /** Up to the mark of this turn; `null`: up to so many outcomes and signals. */
  readonly upto: number | null;
  readonly items: number;
};

/** A large part of other entries, once. */
export interface BlobEntry {
  readonly e: "blob";
  /** The first 32 hexadecimal digits of the SHA-256 of the data's canonical JSON. */
  readonly h: string;
  readonly data: Json;
}

/** A leaf effect was started. */
export interface BeginEntry {
  readonly e: "begin";
  readonly a: string;
  readonly at: number;
  /** Kind and name. */
  readonly k: string;
  readonly n: string;
  /** SHA-256 of the canonical JSON of `r`. */
  readonly q: string;
  /** The request, its large parts as references. */
  readonly r: Json;
  readonly x: Repeat;
  /** The request id of an input. */
  readonly id?: string;
  /** For the question what became of an effect in doubt: the address of that effect. */
  readonly of?: string;
}

/** An error as data. */
export type ErrorJson = {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
  readonly status?: number;
  readonly retryable?: boolean;
  readonly cause?: ErrorJson;
  /** Of an error of a limit: what stood against it. */
  readonly account?: LimitAccount;
};

/** A leaf effect has its outcome. */
export interface SettleEntry {
  readonly e: "settle";
  readonly a: string;
  readonly at: number;
  readonly o: "ok" | "error" | "aborted";
  readonly value?: Json;
  readonly error?: ErrorJson;
  /** The tokens of the model calls in it. */
  readonly u?: JsonObject;
  /** Pico-dollars; `null` when a price was unknown. */
  readonly cost?: number | null;
  /** How long it took. */
  readonly ms: number;
  /** The requests made, where the client reports them. */
  readonly tries?: number;
  /** What was streamed: where the text was cut, or the items. */
  readonly s?: Json;
}

/** A clock reading, or an arrival at a join. */
export interface ValueEntry {
  readonly e: "value";
  readonly a: string;
  readonly k: "time" | "order";
  readonly value: Json;
}

/**
 * What reached the run from outside; or (`drop`) what a resume took back. The value of an abort is its `reason` and how
 * many items of the result were `shown` before it.
 */
export interface SignalEntry {
  readonly e: "signal";
  readonly at: number;
  readonly k: "abort" | "pause" | "resume" | "message" | "answer" | "drop";
  readonly to: string;
  readonly value: Json;
}

/**
 * Why a settle was dropped: it is performed again (`repeat`), it counts as begun and not settled (`unsettle`), or it
 * stands after such a place and is answered only when it is asked for with the same request (`moved`).
 */
export type DropReason = "repeat" | "unsettle" | "moved";

/** A turn is over. */
export interface MarkEntry {
  readonly e: "mark";
  readonly at: number;
  readonly turn: number;
  /** What a resume may start from; with the counters of the open scopes and what was used so far. */
  readonly state?: Json;
  readonly counters?: { readonly [path: string]: { readonly [key: string]: number } };
  readonly totals?: RunTotals;
}

/** Another process went on. */
export interface AttachEntry {
  readonly e: "attach";
  readonly at: number;
  readonly mode: "resume" | "fork";
  readonly versions: JsonObject;
  /** How many outcomes and signals were there. */
  readonly from: number;
  /** Those that it gave the run; without, they are as before. */
  readonly limits?: JsonObject;
}

/** What a run used. */
export interface RunTotals {
  readonly usage: JsonObject;
  /** Pico-dollars; `null` when a price was unknown. */
  readonly cost: number | null;
  readonly model_calls: number;
  readonly tool_calls: number;
  /** Turns of agents; in journals that were written before it is not there. */
  readonly turns?: number;
}

/** The run is over. */
export interface EndEntry {
  readonly e: "end";
  readonly at: number;
  readonly o: "finished" | "failed" | "aborted";
  readonly stop_reason: string | null;
  /** The hashes of the result's messages. */
  readonly messages: readonly string[];
  /** The address of the effect whose error ended the run. */
  readonly by: string | null;
  readonly error: ErrorJson | null;
  readonly turns: number;
  readonly totals: RunTotals;
}

/** An entry of a journal. */
export type JournalEntry =
  | RunEntry
  | BlobEntry
  | BeginEntry
  | SettleEntry
  | ValueEntry
  | SignalEntry
  | MarkEntry
  | AttachEntry
  | EndEntry;
