/** What `aggregate` and `tessen analyze --json` tell. Keys are added within a version of the schema, never renamed. */

/** Sums over some of the model calls. */
export interface CallTotals {
  readonly events: number;
  readonly errors: number;
  readonly anomalies: number;
  /** US dollars. */
  readonly cost_usd: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** Tokens of all model calls. `input` is all input, cached or not. */
export interface TokenTotals {
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly output: number;
  readonly reasoning: number;
}

/**
 * A distribution of times, in milliseconds. Percentiles are nearest-rank, of more than 131,072 values to a thousandth;
 * null where there is no value.
 */
export interface Distribution {
  readonly count: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** One kind of error. */
export interface ErrorCount {
  readonly type: string;
  readonly status_code: number | null;
  readonly count: number;
}

/** One session: a process, unless its program names sessions itself. */
export interface SessionTotals extends CallTotals {
  readonly session_id: string;
  /** Unix seconds. */
  readonly first_ts: number;
  readonly last_ts: number;
}

/** One run of a team or agent. */
export interface RunTotals {
  readonly run_id: string;
  /** Null while no end of the run was recorded. */
  readonly outcome: "success" | "failure" | "abort" | null;
  readonly stop_reason: string | null;
  readonly turns: number;
  readonly calls: number;
  readonly tokens: number;
  readonly cost_usd: number;
  readonly duration_ms: number;
}

/** What an agent took, of its turns and of the model calls in them. */
export interface AgentTotals {
  readonly turns: number;
  readonly calls: number;
  /** Null for an agent without recorded turns, as `ms_per_turn`. */
  readonly tokens_per_turn: number | null;
  readonly ms_per_turn: number | null;
  readonly cost_usd: number;
}

/** Calls that took more than one HTTP request. */
export interface RetryTotals {
  readonly calls: number;
  readonly attempts: number;
  /** Time of failed requests and of the waits between requests. */
  readonly wasted_ms: number;
}

/** One tool. */
export interface ToolTotals {
  readonly name: string;
  /** How often models asked for it. */
  readonly requested: number;
  /** How often it ran: as recorded, else as often as a later request of the session brought a result. */
  readonly calls: number;
  readonly errors: number;
  /** From 0 to 1; null when it never ran. */
  readonly error_rate: number | null;
  /** Where only requests tell of it: from the answer that asked to the request that brought the result. */
  readonly mean_ms: number | null;
}

/** The same tool asked for with the same arguments, three times or more within twenty calls of one run. */
export interface ToolLoop {
  readonly run_id: string | null;
  readonly session_id: string;
  readonly tool: string;
  readonly args_hash: string;
  readonly count: number;
  /** What the model calls cost that asked for it, in US dollars. */
  readonly cost_usd: number;
}

/** The roll-up of a log. Where there are very many different values of one kind, the last ones share the key `(other)`. */
export interface Report {
  readonly schema_version: 1;
  readonly tessen_version: string;
  /** ISO 8601. */
  readonly generated_at: string;
  /** Null when there are events of several agents, or none. */
  readonly agent_name: string | null;
  /** Unix seconds: what was asked for, and the first and last event. */
  readonly window: {
    readonly since: number | null;
    readonly until: number | null;
    readonly first_ts: number | null;
    readonly last_ts: number | null;
  };
  readonly total_events: number;
  readonly ok_events: number;
  readonly error_events: number;
  /** Events by their `call_type`. */
  readonly call_types: Readonly<Record<string, number>>;
  readonly errors: readonly ErrorCount[];
  readonly anomaly_events: number;
  readonly anomaly_counts: Readonly<Record<string, number>>;
  readonly total_cost_usd: number;
  readonly cost_by_model: Readonly<Record<string, number>>;
  /** By UTC day. */
  readonly cost_by_day: Readonly<Record<string, number>>;
  /** Model calls whose cost nobody knows. */
  readonly unpriced_events: number;
  readonly tokens: TokenTotals;
  /** Of model calls that went well. */
  readonly latency_ms: Distribution;
  /** The same without waits between attempts; null when no call was retried. */
  readonly latency_net_ms: Distribution | null;
  readonly ttft_ms: Distribution;
  readonly by_provider: Readonly<Record<string, CallTotals>>;
  readonly by_surface: Readonly<Record<string, CallTotals>>;
  readonly by_model: Readonly<Record<string, CallTotals>>;
  readonly by_day: Readonly<Record<string, CallTotals>>;
  /** By `file:line function`. */
  readonly by_call_site: Readonly<Record<string, CallTotals>>;
  /** By the names of teams and agents, joined with `/`. */
  readonly by_agent_path: Readonly<Record<string, AgentTotals>>;
  readonly sessions: readonly SessionTotals[];
  readonly runs: readonly RunTotals[];
  readonly retries: RetryTotals;
  readonly tools: readonly ToolTotals[];
  readonly loops: readonly ToolLoop[];
  /** Lines of the log that could not be read. */
  readonly corrupt_lines: number;
}
