import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameworkEvent, modelCall, NOON, usage } from "../cli/testing/sample-events.ts";
import type { EventTool, TessenEvent } from "../events/tessen-event.ts";
import { aggregate } from "./aggregate.ts";

test("nothing makes a report of nothing, with its head", () => {
  expect(aggregate([], { now: 0 })).toMatchObject({
    schema_version: 1,
    tessen_version: "0.1.0",
    generated_at: "1970-01-01T00:00:00.000Z",
    agent_name: null,
    window: { since: null, until: null, first_ts: null, last_ts: null },
    total_events: 0,
    total_cost_usd: 0,
    latency_ms: { count: 0, mean: null, p50: null, p95: null, p99: null, max: null },
    latency_net_ms: null,
    corrupt_lines: 0,
  });
});

test("costs are summed exactly, by model, day and call site, the largest first", () => {
  const tenth = Array.from({ length: 10 }, () => modelCall({ cost_usd: 0.1 }));
  const { usage: _, ...unused } = modelCall({ cost_usd: null, status: "error" });
  const report = aggregate([
    ...tenth,
    modelCall({ cost_usd: 2.5, model: "gpt-5", ts: NOON + 86_400, call_site: { file: "b.ts", line: 1, func: null } }),
    modelCall({ cost_usd: null }),
    unused,
  ]);
  expect(report.total_cost_usd).toBe(3.5);
  expect(Object.entries(report.cost_by_model)).toEqual([
    ["gpt-5", 2.5],
    ["gpt-5-mini", 1],
  ]);
  expect(report.cost_by_day).toEqual({ "2024-05-14": 1, "2024-05-15": 2.5 });
  expect(report.by_call_site).toMatchObject({ "b.ts:1": { cost_usd: 2.5 }, "src/agent.ts:101 run": { cost_usd: 1 } });
  expect(report.unpriced_events).toBe(1);
});

test("what a run says it cost is not added to what its calls cost", () => {
  const report = aggregate([
    modelCall({ run_id: "r1", agent_path: ["team", "writer"], ts: NOON + 1 }),
    frameworkEvent("agent", { run_id: "r1", agent_path: ["team", "writer"], duration_ms: 900 }),
    frameworkEvent("run", {
      run_id: "r1",
      duration_ms: 1200,
      cost_usd: 0.001,
      usage: usage(100, 20),
      run: { stop_reason: "done", turns: 1 },
    }),
    modelCall({ run_id: "r2", ts: NOON + 10 }),
  ]);
  expect(report.total_cost_usd).toBe(0.002);
  expect(report.tokens).toEqual({ input: 200, cache_read: 0, cache_write: 0, output: 40, reasoning: 0 });
  const r1 = { turns: 1, calls: 1, tokens: 120, cost_usd: 0.001, duration_ms: 1200 };
  expect(report.runs).toEqual([
    { run_id: "r1", outcome: "success", stop_reason: "done", ...r1 },
    { run_id: "r2", outcome: null, stop_reason: null, ...r1, turns: 0, duration_ms: 800 },
  ]);
  expect(report.by_agent_path).toEqual({
    "team/writer": { turns: 1, calls: 1, tokens_per_turn: 120, ms_per_turn: 900, cost_usd: 0.001 },
  });
  expect(report.call_types).toEqual({ request: 2, agent: 1, run: 1 });
});

test.each([
  [{ type: "AbortError", msg: "", tb: null, status_code: null }, "abort"],
  [{ type: "TeamError", msg: "", tb: null, status_code: null, body: { code: "ERR_ABORTED" } }, "abort"],
  [{ type: "TeamError", msg: "", tb: null, status_code: null }, "failure"],
])("a run that ended with %j is told as %s", (error, outcome) => {
  const [run] = aggregate([frameworkEvent("run", { run_id: "r", status: "error", error })]).runs;
  expect(run?.outcome).toBe(outcome);
});

describe("times", () => {
  const timed = (durations: readonly number[]): readonly TessenEvent[] =>
    durations.map((duration_ms) => modelCall({ duration_ms }));

  test("percentiles are nearest-rank, over model calls that went well", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    const report = aggregate([
      ...timed(hundred),
      modelCall({ duration_ms: 9999, status: "error" }),
      frameworkEvent("tool", { duration_ms: 9999 }),
    ]);
    expect(report.latency_ms).toEqual({ count: 100, mean: 50.5, p50: 50, p95: 95, p99: 99, max: 100 });
    expect(aggregate(timed([7])).latency_ms).toMatchObject({ p50: 7, p95: 7, p99: 7, max: 7 });
  });

  test("are those of plain sorting, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 3000 }), (all) => {
        const sorted = [...all].sort((a, b) => a - b);
        const rank = (percent: number): number | undefined => sorted[Math.ceil((percent * all.length) / 100) - 1];
        const { latency_ms } = aggregate(timed(all));
        expect([latency_ms.p50, latency_ms.p95, latency_ms.p99]).toEqual([rank(50), rank(95), rank(99)]);
      }),
      { numRuns: 50 },
    );
  });

  test("without waits are there once a call was retried", () => {
    const attempts = [
      { n: 1, ts: NOON, duration_ms: 100, http_status: 529 },
      { n: 2, ts: NOON, duration_ms: 300, http_status: 200 },
    ];
    const retried = modelCall({ duration_ms: 900, attempts, retry_count: 1, wait_ms: 500 });
    expect(aggregate([modelCall()]).latency_net_ms).toBeNull();
    const report = aggregate([retried]);
    expect(report.latency_net_ms).toMatchObject({ count: 1, p50: 400 });
    expect(report.retries).toEqual({ calls: 1, attempts: 2, wasted_ms: 600 });
    expect(aggregate([{ ...retried, status: "error" }]).retries.wasted_ms).toBe(900);
  });

  test("to the first token are taken where they are known", () => {
    expect(aggregate([modelCall({ ttft_ms: 40 }), modelCall()]).ttft_ms).toMatchObject({ count: 1, p50: 40 });
  });
});

test("errors are counted by type and status, tags by name", () => {
  const failed = (type: string, status_code: number | null): TessenEvent =>
    modelCall({ status: "error", error: { type, msg: "", tb: null, status_code }, quality_signals: ["rate_limited"] });
  const report = aggregate([
    failed("NotFoundError", 404),
    failed("RateLimitError", 429),
    failed("RateLimitError", 429),
    modelCall({ quality_signals: ["truncated_response", "refusal"] }),
  ]);
  expect(report.errors).toEqual([
    { type: "RateLimitError", status_code: 429, count: 2 },
    { type: "NotFoundError", status_code: 404, count: 1 },
  ]);
  expect(report).toMatchObject({ total_events: 4, ok_events: 1, error_events: 3, anomaly_events: 4 });
  expect(report.anomaly_counts).toEqual({ rate_limited: 3, refusal: 1, truncated_response: 1 });
});

test("tags that nobody recorded are computed", () => {
  const { quality_signals: _, ...old } = modelCall({
    status: "error",
    error: { type: "RateLimitError", msg: "", tb: null, status_code: 429 },
    http_status: 429,
  });
  expect(aggregate([old as TessenEvent]).anomaly_counts).toEqual({ rate_limited: 1 });
});

test("tools are counted as asked for and as run", () => {
  const tool = (name: string, is_error: boolean): EventTool => ({ name, call_id: null, args: {}, is_error });
  const report = aggregate([
    modelCall({ tool_calls: [{ id: "1", name: "search", args_hash: "a", args_bytes: 2 }] }),
    frameworkEvent("tool", { tool: tool("search", false), duration_ms: 10 }),
    frameworkEvent("tool", { tool: tool("search", true), duration_ms: 30, status: "error" }),
    frameworkEvent("tool", { tool: tool("write", false), duration_ms: 1 }),
  ]);
  expect(report.tools).toEqual([
    { name: "search", requested: 1, calls: 2, errors: 1, error_rate: 0.5, mean_ms: 20 },
    { name: "write", requested: 0, calls: 1, errors: 0, error_rate: 0, mean_ms: 1 },
  ]);
});

describe("tools of which only the requests tell", () => {
  const asking = (ts: number, ids: readonly string[], session_id = "s"): TessenEvent =>
    modelCall({
      ts,
      session_id,
      duration_ms: 1000,
      tool_calls: ids.map((id) => ({ id, name: "search", args_hash: id, args_bytes: 2 })),
    });
  const answering = (ts: number, results: Readonly<Record<string, boolean>>, session_id = "s"): TessenEvent =>
    modelCall({
      ts,
      session_id,
      tool_results: Object.entries(results).map(([id, is_error]) => ({ id, bytes: 1, is_error, hash: "h" })),
    });

  test("ran when a later request of the session brought a result, once, however often it is repeated", () => {
    const report = aggregate([
      asking(NOON, ["a", "b"]),
      answering(NOON + 3, { a: false, b: true }),
      answering(NOON + 9, { a: false, b: true }),
    ]);
    expect(report.tools).toEqual([
      { name: "search", requested: 2, calls: 2, errors: 1, error_rate: 0.5, mean_ms: 2000 },
    ]);
  });

  test("did not run when another session brings a result, or none has an id", () => {
    const report = aggregate([
      asking(NOON, ["a", ""]),
      answering(NOON + 3, { a: false }, "other"),
      answering(NOON + 3, { "": false }),
    ]);
    expect(report.tools).toMatchObject([{ requested: 2, calls: 0, mean_ms: null }]);
  });

  test("are not counted again where their run was recorded", () => {
    const tool = { name: "search", call_id: "a", args: {}, is_error: false };
    const report = aggregate([
      asking(NOON, ["a"]),
      frameworkEvent("tool", { tool, duration_ms: 5, session_id: "s" }),
      answering(NOON + 3, { a: false }),
    ]);
    expect(report.tools).toMatchObject([{ requested: 1, calls: 1, mean_ms: 5 }]);
  });

  test("are forgotten where very many never come back", () => {
    function* many(): Iterable<TessenEvent> {
      for (let index = 0; index < 10_050; index++) yield asking(NOON, [`id ${index}`]);
      yield answering(NOON + 1, { "id 3": false, "id 10049": false });
    }
    expect(aggregate(many()).tools).toMatchObject([{ requested: 10_050, calls: 1 }]);
  });
});

test("a loop is the same call three times within twenty of a run", () => {
  const asking = (args_hash: string, run_id = "r"): TessenEvent =>
    modelCall({ run_id, tool_calls: [{ id: "1", name: "search", args_hash, args_bytes: 2 }] });
  expect(aggregate([asking("a"), asking("a")]).loops).toEqual([]);
  expect(aggregate([asking("a"), asking("b"), asking("a"), asking("a"), asking("a")]).loops).toEqual([
    { run_id: "r", session_id: "sess_1", tool: "search", args_hash: "a", count: 4, cost_usd: 0.004 },
  ]);
  expect(aggregate([asking("a"), asking("a", "s"), asking("a", "t")]).loops).toEqual([]);
  const others = Array.from({ length: 19 }, (_, index) => asking(`other ${index}`));
  expect(aggregate([asking("a"), asking("a"), ...others, asking("a")]).loops).toEqual([]);
});

test("of very many sessions the last share a key, and nothing is lost from the sums", () => {
  function* many(): Iterable<TessenEvent> {
    for (let index = 0; index < 10_500; index++) yield modelCall({ session_id: `s${index}`, cost_usd: 1 });
  }
  const report = aggregate(many());
  expect(report.sessions.length).toBe(10_001);
  expect(report.sessions.at(-1)).toMatchObject({ session_id: "(other)", events: 500 });
  expect(report.sessions.reduce((sum, session) => sum + session.cost_usd, 0)).toBe(10_500);
});

test("events of any shape are taken, and the report stays JSON", () => {
  const names = `ts status usage model cost_usd call_type attempts tool tool_calls call_site agent_path quality_signals
    error run_id session_id duration_ms __proto__`.split(/\s+/);
  const anything = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(fc.jsonValue(), fc.constantFrom("request", "run", "tool", "agent")),
  );
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 8 }), (events) => {
      const report = aggregate(events as unknown as TessenEvent[]);
      expect(report.total_events).toBe(events.length);
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    }),
    { numRuns: 500 },
  );
});
