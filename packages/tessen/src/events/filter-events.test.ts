import { expect, test } from "vitest";
import { eventTest, filterEvents, type EventFilter } from "./filter-events.ts";
import type { TessenEvent } from "./tessen-event.ts";

const EVENT: TessenEvent = {
  event_id: "a",
  session_id: "sess_1",
  agent_name: "agent",
  ts: 1000,
  provider: "openai",
  surface: "responses.create",
  call_type: "request",
  status: "ok",
  quality_signals: ["silent_retry", "tool_loop"],
  model: "gpt-5",
  response_model: "gpt-5-2026-01-01",
  duration_ms: 500,
  run_id: "run_1",
  agent_path: ["team", "planner"],
};

test.each<[EventFilter, EventFilter]>([
  [{ status: "ok" }, { status: "error" }],
  [{ qualitySignal: "tool_loop" }, { qualitySignal: "tool" }],
  [{ sessionId: "sess_1" }, { sessionId: "sess_2" }],
  [{ provider: "openai" }, { provider: "anthropic" }],
  [{ model: "gpt-5" }, { model: "gpt-5-mini" }],
  [{ model: "gpt-5-2026-01-01" }, { model: "gpt" }],
  [{ surface: "responses.create" }, { surface: "chat" }],
  [{ runId: "run_1" }, { runId: "run_2" }],
  [{ agentPath: ["team"] }, { agentPath: ["planner"] }],
  [{ agentPath: "team/planner" }, { agentPath: "team/planner/helper" }],
  [{ agentPath: ["team", "planner"] }, { agentPath: "team/plan" }],
  [{ callType: "request" }, { callType: "tool" }],
  [{ minDurationMs: 500 }, { minDurationMs: 500.1 }],
  [{ since: 1000 }, { since: 1000.1 }],
  [{ until: 1000 }, { until: 999.9 }],
  [{ quality_signal: "tool_loop" }, { quality_signal: "no" }],
  [{ session_id: "sess_1" }, { session_id: "no" }],
  [{ run_id: "run_1" }, { run_id: "no" }],
  [{ agent_path: "team" }, { agent_path: "no" }],
  [{ call_type: "request" }, { call_type: "no" }],
  [{ min_duration_ms: 1 }, { min_duration_ms: 1000 }],
])("%o lets an event through, %o does not", (yes, no) => {
  expect([...filterEvents([EVENT], yes)]).toEqual([EVENT]);
  expect([...filterEvents([EVENT], no)]).toEqual([]);
});

test("without a filter everything passes, and what is undefined does not matter", () => {
  expect([...filterEvents([EVENT])]).toEqual([EVENT]);
  expect([...filterEvents([EVENT], { status: undefined, runId: undefined })]).toEqual([EVENT]);
});

test("events of any shape are tested without a failure", () => {
  const odd: TessenEvent = JSON.parse(
    '{"event_id":"x","ts":1,"quality_signals":null,"agent_path":7,"request_body":null}',
  );
  const filter = { qualitySignal: "a", agentPath: "b", model: "c", minDurationMs: 1 };
  for (const name of ["qualitySignal", "agentPath", "model", "minDurationMs"] as const) {
    expect(eventTest({ [name]: filter[name] })(odd)).toBe(false);
  }
});

test("a stream of events gives a stream", async () => {
  async function* stream(): AsyncGenerator<TessenEvent> {
    yield EVENT;
    yield { ...EVENT, status: "error" };
  }
  const found: TessenEvent[] = [];
  for await (const event of filterEvents(stream(), { status: "error" })) found.push(event);
  expect(found.map(({ status }) => status)).toEqual(["error"]);
});

test("a name that no filter has, and a time that is none, are refused at once", () => {
  expect(() => Reflect.apply(filterEvents, undefined, [[EVENT], { qualitySignals: "x" }])).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining('"qualitySignals"') }),
  );
  expect(() => filterEvents([EVENT], { since: "2026-05-14" })).toThrow(TypeError);
});
