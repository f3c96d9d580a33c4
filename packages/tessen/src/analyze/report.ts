import type { SeriesSummary } from "./series.ts";

/** What errors of one kind there were. */
export interface ErrorCount {
  readonly type: string;
  readonly status_code: number | null;
  readonly count: number;
}

/** What a group of events came to: a model, a call site, a surface. */
export interface GroupTotals {
  readonly events: number;
  readonly errors: number;
  readonly cost_usd: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** What an agent came to: which agent eats the budget. */
export interface AgentTotals {
  readonly turns: number;
  readonly tokens_per_turn: number;
  readonly ms_per_turn: number;
  readonly cost_usd: number;
}

/** One run. */
export interface RunTotals {
  readonly run_id: string;
  /** `null` while its end is not in the log. */
  readonly outcome: "success" | "failure" | "abort" | null;
  readonly stop_reason: string | null;
  readonly turns: number;
  readonly tokens: number;
  readonly cost_usd: number;
  readonly duration_ms: number | null;
}

/** One tool. */
export interface ToolTotals {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
}

/** What the events of a log came to; `tessen analyze --json`. Members may be added within a schema version. */
export interface Report {
  readonly schema_version: 1;
  readonly tessen_version: string;
  /** ISO 8601. */
  readonly generated_at: string;
  readonly agent_name: string | null;
  /** Unix seconds. */
  readonly window: {
    readonly since: number | null;
    readonly until: number | null;
    readonly first_ts: number | null;
    readonly last_ts: number | null;
  };
  readonly total_events: number;
  readonly ok_events: number;
  readonly error_events: number;
  readonly errors: readonly ErrorCount[];
  readonly anomaly_events: number;
  readonly anomaly_counts: Readonly<Record<string, number>>;
  readonly total_cost_usd: number;
  readonly cost_by_model: Readonly<Record<string, number>>;
  readonly cost_by_day: Readonly<Record<string, number>>;
  readonly unpriced_events: number;
  readonly tokens: {
    readonly input: number;
    readonly cache_read: number;
    readonly cache_write: number;
    readonly output: number;
    readonly reasoning: number;
  };
  /** Of the model calls that went well. */
  readonly latency_ms: SeriesSummary;
  /** The same without the time that was waited between attempts. */
  readonly latency_net_ms: SeriesSummary;
  readonly ttft_ms: SeriesSummary;
  readonly by_provider: Readonly<Record<string, GroupTotals>>;
  readonly by_model: Readonly<Record<string, GroupTotals>>;
  readonly by_surface: Readonly<Record<string, GroupTotals>>;
  readonly by_call_site: Readonly<Record<string, GroupTotals>>;
  readonly by_session: Readonly<Record<string, GroupTotals>>;
  readonly by_day: Readonly<Record<string, GroupTotals>>;
  readonly by_agent_path: Readonly<Record<string, AgentTotals>>;
  readonly sessions: number;
  readonly runs: readonly RunTotals[];
  readonly retries: { readonly calls: number; readonly attempts: number; readonly wasted_ms: number };
  readonly tools: readonly ToolTotals[];
  readonly corrupt_lines: number;
}
