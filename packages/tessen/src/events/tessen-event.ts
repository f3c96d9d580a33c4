/**
 * The events of the log: one JSON object a line, `event_id` first, small members first, bodies last. Names are those of
 * Python's tessen, so that logs of both can be read by both. Readers keep members that they do not know.
 */
import type { Json, JsonObject } from "@tesserae/wire";

/** What an event tells of. Readers take unknown ones for ordinary events. */
export type CallType = "request" | "run" | "agent" | "tool" | "message" | "attempt" | "guard" | "process" | "note";

/** How a stream came to its end. */
export type StreamEnd =
  | "complete"
  | "consumer_cancelled"
  | "aborted"
  | "network_error"
  | "protocol_error"
  | "idle"
  | "shutdown";

/** The line of the user's program that made the call. `file` is relative to the project. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly func: string | null;
}

/** What a call used. `input_tokens` is all input, cached or not. */
export interface EventUsage {
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly total_tokens: number;
  readonly estimated: boolean;
}

/** The parts of a cost, in US dollars. */
export interface EventCost {
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly output: number;
  /** Whose price it is: `catalogue`, `override`, `reported`. */
  readonly source: string;
  readonly price_version: string;
  readonly flags: readonly string[];
}

/** One HTTP request of a call. */
export interface EventAttempt {
  /** From 1. */
  readonly n: number;
  /** Unix seconds. */
  readonly ts: number;
  readonly duration_ms: number;
  readonly http_status?: number;
  readonly error_code?: string;
  readonly error_type?: string;
  readonly request_id?: string;
  readonly retry_after_ms?: number;
  readonly waited_ms?: number;
}

/** What went wrong. */
export interface EventError {
  readonly type: string;
  readonly msg: string;
  readonly tb: string | null;
  readonly status_code: number | null;
  readonly body?: Json;
  readonly response_headers?: Readonly<Record<string, string>>;
}

/** A tool that ran. */
export interface EventTool {
  readonly name: string;
  readonly call_id: string | null;
  readonly args: Json;
  readonly result?: string;
  readonly is_error?: boolean;
  readonly bytes_in?: number;
  readonly bytes_out?: number;
}

/** One line of the log. */
export interface TessenEvent {
  readonly event_id: string;
  readonly session_id: string;
  readonly agent_name: string;
  /** Unix seconds at the start of the call. */
  readonly ts: number;
  readonly _tessen_tier?: number;
  readonly _tessen_schema?: number;
  readonly _tessen_version?: string;
  readonly _tessen_lang?: string;
  readonly provider: string;
  readonly surface: string;
  readonly call_type: CallType | (string & {});
  readonly http_method?: string;
  readonly http_url?: string;
  readonly http_status?: number;
  readonly call_site?: CallSite | null;
  readonly duration_ms?: number;
  readonly streamed?: boolean;
  readonly status: "ok" | "error";
  readonly quality_signals: readonly string[];
  readonly quality_details?: Readonly<Record<string, JsonObject>>;
  readonly model?: string;
  readonly response_model?: string;
  readonly request_id?: string;
  readonly usage?: EventUsage;
  readonly cost_usd?: number | null;
  readonly cost?: EventCost;
  readonly finish_reason?: string | null;
  readonly ttft_ms?: number;
  readonly stream_end?: StreamEnd;
  readonly chunks_captured?: number;
  readonly attempts?: readonly EventAttempt[];
  readonly retry_count?: number;
  readonly wait_ms?: number;
  readonly retry_of?: string;
  readonly attempt?: number;
  readonly run_id?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly parent_id?: string;
  readonly agent_path?: readonly string[];
  readonly team?: string;
  readonly turn?: number;
  readonly step?: number;
  /** The address of the effect in the run's journal, for joining both. */
  readonly effect?: string;
  readonly tool?: EventTool;
  readonly tool_calls?: readonly { id: string; name: string; args_hash: string; args_bytes: number }[];
  readonly tool_results?: readonly { id: string; name?: string; bytes: number; is_error: boolean; hash: string }[];
  readonly truncated?: readonly { pointer: string; bytes: number; sha256: string }[];
  readonly redactions?: Readonly<Record<string, number>>;
  readonly pid?: number;
  readonly thread_id?: number;
  /** Counts the events of a process (and thread), from 1. */
  readonly seq?: number;
  readonly sdk?: { readonly name: string; readonly version: string };
  readonly node?: string;
  readonly gateway?: { readonly name: string; readonly cache?: string; readonly cost_usd?: number };
  readonly leaf?: boolean;
  readonly body_unavailable?: boolean;
  readonly error?: EventError;
  readonly response_headers?: Readonly<Record<string, string>>;
  readonly sdk_headers?: Readonly<Record<string, string>>;
  readonly request_body?: Json;
  readonly request_body_text?: string;
  readonly casted_response?: Json;
  readonly response_body?: Json;
  /** What other versions and languages add. */
  readonly [name: string]: unknown;
}
