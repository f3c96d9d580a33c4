import { describe, expect, test } from "vitest";
import type { TessenEvent } from "../events/tessen-event.ts";
import { aggregate } from "./aggregate.ts";
import { Series } from "./series.ts";

let serial = 0;
function event(given: Partial<TessenEvent> = {}): TessenEvent {
  serial += 1;
  return {
    event_id: `evt_${serial}`,
    session_id: "s1",
    agent_name: "a",
    ts: 1_767_225_600,
    provider: "openai",
    surface: "chat.completions.create",
    call_type: "request",
    status: "ok",
    quality_signals: [],
    ...given,
  };
}

const usage = (input: number, output: number): TessenEvent["usage"] => ({
  input_tokens: input,
  cache_read_tokens: 10,
  cache_write_tokens: 2,
  cache_write_1h_tokens: 1,
  output_tokens: output,
  reasoning_tokens: 3,
  total_tokens: input + output,
  estimated: false,
});

describe("a report", () => {
  test("of nothing has zeros", () => {
    const report = aggregate([], { now: 0 });
    expect(report).toMatchObject({
      schema_version: 1,
      generated_at: "1970-01-01T00:00:00.000Z",
      total_events: 0,
      total_cost_usd: 0,
      latency_ms: { count: 0, p50: 0, p99: 0 },
      window: { first_ts: null, last_ts: null },
      runs: [],
    });
  });

  test("adds up costs exactly, by model and by day, and sets apart what has no price", () => {
    const calls = Array.from({ length: 1000 }, () => event({ model: "gpt-5", cost_usd: 0.000_1 }));
    const dear = event({ response_model: "claude", cost_usd: 0.2, ts: 1_767_312_000 });
    const report = aggregate([...calls, dear, event({ cost_usd: null, model: "own" })]);
    expect(report.total_cost_usd).toBe(0.3);
    expect(report.cost_by_model).toEqual({ claude: 0.2, "gpt-5": 0.1, own: 0 });
    expect(report.cost_by_day).toEqual({ "2026-01-02": 0.2, "2026-01-01": 0.1 });
    expect(report.unpriced_events).toBe(1);
  });

  test("counts errors by type and status, and tags", () => {
    const limited = { status: "error", http_status: 429, quality_signals: ["rate_limited"] } as const;
    const error = { type: "RateLimitError", msg: "", tb: null, status_code: 429 };
    const report = aggregate([
      event({ ...limited, error }),
      event({ ...limited, error }),
      event({ status: "error", quality_signals: ["connection_error"] }),
      event({ quality_signals: ["truncated_response", "refusal"] }),
      event(),
    ]);
    expect(report).toMatchObject({ total_events: 5, ok_events: 2, error_events: 3, anomaly_events: 4 });
    expect(report.errors).toEqual([
      { type: "RateLimitError", status_code: 429, count: 2 },
      { type: "connection_error", status_code: null, count: 1 },
    ]);
    expect(report.anomaly_counts).toEqual({
      rate_limited: 2,
      connection_error: 1,
      truncated_response: 1,
      refusal: 1,
    });
  });

  test("measures calls that went well, with and without the waits between attempts", () => {
    const attempts = [
      { n: 1, ts: 1, duration_ms: 30, http_status: 500 },
      { n: 2, ts: 1, duration_ms: 50, http_status: 200 },
    ];
    const report = aggregate([
      event({ duration_ms: 100, ttft_ms: 20 }),
      event({ duration_ms: 300, wait_ms: 200, attempts }),
      event({ duration_ms: 9000, status: "error" }),
    ]);
    expect(report.latency_ms).toMatchObject({ count: 2, mean: 200, p50: 100, max: 300 });
    expect(report.latency_net_ms).toMatchObject({ count: 2, max: 100 });
    expect(report.ttft_ms).toMatchObject({ count: 1, p50: 20 });
    expect(report.retries).toEqual({ calls: 1, attempts: 1, wasted_ms: 230 });
  });

  test("adds up tokens of all kinds", () => {
    const report = aggregate([event({ usage: usage(100, 20) }), event({ usage: usage(50, 5) })]);
    expect(report.tokens).toEqual({ input: 150, cache_read: 20, cache_write: 6, output: 25, reasoning: 6 });
  });

  test("tells runs, agents and tools apart from model calls", () => {
    const place = { run_id: "r1", agent_path: ["team", "analyst"], turn: 0 };
    const report = aggregate([
      event({ ...place, usage: usage(100, 20), cost_usd: 0.5 }),
      event({ ...place, call_type: "tool", tool: { name: "search", call_id: "1", args: {} } }),
      event({ ...place, call_type: "tool", tool: { name: "search", call_id: "2", args: {}, is_error: true } }),
      event({ ...place, call_type: "agent", duration_ms: 800 }),
      event({ run_id: "r1", call_type: "run", duration_ms: 1000, stop_reason: "done", turns: 1 }),
      event({ run_id: "r2", usage: usage(1, 1) }),
    ]);
    expect(report.runs).toEqual([
      {
        run_id: "r1",
        outcome: "success",
        stop_reason: "done",
        turns: 1,
        tokens: 120,
        cost_usd: 0.5,
        duration_ms: 1000,
      },
      { run_id: "r2", outcome: null, stop_reason: null, turns: 0, tokens: 2, cost_usd: 0, duration_ms: null },
    ]);
    expect(report.by_agent_path).toEqual({
      "team/analyst": { turns: 1, tokens_per_turn: 120, ms_per_turn: 800, cost_usd: 0.5 },
    });
    expect(report.tools).toEqual([{ name: "search", calls: 2, errors: 1 }]);
    expect(report.latency_ms.count).toBe(0);
  });

  test("groups by call site, session and surface, the dearest first", () => {
    const site = (line: number) => ({ file: "src/a.ts", line, func: "run" });
    const report = aggregate([
      event({ call_site: site(1), cost_usd: 0.1 }),
      event({ call_site: site(2), cost_usd: 0.3, status: "error", session_id: "s2" }),
      event({ call_site: null }),
    ]);
    expect(Object.keys(report.by_call_site)).toEqual(["src/a.ts:2", "src/a.ts:1"]);
    expect(report.by_call_site["src/a.ts:2"]).toMatchObject({ events: 1, errors: 1, cost_usd: 0.3 });
    expect(report.sessions).toBe(2);
    expect(report.by_surface["chat.completions.create"]).toMatchObject({ events: 3, errors: 1 });
  });
});

test("percentiles are values that were there, by nearest rank", () => {
  const series = new Series();
  for (let value = 1000; value >= 1; value -= 1) series.add(value);
  expect(series.summary()).toEqual({ count: 1000, mean: 500.5, p50: 500, p95: 950, p99: 990, max: 1000 });
});
