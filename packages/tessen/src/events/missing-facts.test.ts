import { expect, test } from "vitest";
import { MissingFacts } from "./missing-facts.ts";
import type { TessenEvent } from "./tessen-event.ts";

/** An event as Python's tessen writes it: no usage, no cost, no model. */
const PYTHON: TessenEvent = {
  event_id: "evt_1",
  session_id: "sess_1",
  agent_name: "agent",
  ts: Date.UTC(2026, 4, 14) / 1000,
  _tessen_tier: 1,
  provider: "anthropic",
  surface: "messages.create",
  call_type: "request",
  status: "ok",
  quality_signals: [],
  request_body: { model: "claude-sonnet-4-6", max_tokens: 100 },
  casted_response: {},
  response_body: {
    model: "claude-sonnet-4-6",
    stop_reason: "end_turn",
    content: [{ type: "text", text: "Hello." }],
    usage: { input_tokens: 1000, cache_read_input_tokens: 500, cache_creation_input_tokens: 100, output_tokens: 100 },
  },
};

test("model, usage, cost and finish reason are read from the bodies of a Python event", () => {
  const event = new MissingFacts().complete(PYTHON);
  expect(event).toMatchObject({ ...PYTHON, model: "claude-sonnet-4-6", response_model: "claude-sonnet-4-6" });
  expect(event.finish_reason).toBe("end_turn");
  expect(event.usage).toMatchObject({ input_tokens: 1600, cache_read_tokens: 500, output_tokens: 100 });
  expect(event.cost_usd).toBe(0.005025);
  expect(Object.keys(event)[0]).toBe("event_id");
});

test("what the event says itself stays", () => {
  const own = { ...PYTHON, finish_reason: "other", cost_usd: null, model: "mine" };
  expect(new MissingFacts().complete(own)).toMatchObject({ finish_reason: "other", cost_usd: null, model: "mine" });
  expect(new MissingFacts().complete(own)).not.toHaveProperty("cost");
});

test("the answer may be there as the SDK's object only", () => {
  const { response_body: answer = null, ...rest } = PYTHON;
  expect(new MissingFacts().complete({ ...rest, casted_response: answer }).usage).toMatchObject({ input_tokens: 1600 });
});

test("a call that failed without an answer cost nothing", () => {
  const { response_body: _, casted_response: __, ...rest } = PYTHON;
  const event = new MissingFacts().complete({
    ...rest,
    status: "error",
    error: { type: "E", msg: "", tb: null, status_code: 429 },
  });
  expect(event).toMatchObject({ cost_usd: 0, model: "claude-sonnet-4-6" });
  expect(event).not.toHaveProperty("finish_reason");
});

test("a model that no table has leaves the cost unknown", () => {
  const event = {
    ...PYTHON,
    response_body: { ...Object(PYTHON.response_body), model: "house-model" },
    request_body: {},
  };
  expect(new MissingFacts().complete(event).cost_usd).toBeNull();
});

test.each([
  ["openai", "chat.completions.create", { usage: { prompt_tokens: 7, completion_tokens: 3 } }],
  ["mistral", "chat.complete", { usage: { prompt_tokens: 7, completion_tokens: 3 } }],
  ["openai", "responses.create", { usage: { input_tokens: 7, output_tokens: 3 } }],
  ["google", "models.generate_content", { usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 3 } }],
  ["ollama", "chat", { prompt_eval_count: 7, eval_count: 3 }],
])("usage of %s %s is understood", (provider, surface, response_body) => {
  const event = new MissingFacts().complete({ ...PYTHON, provider, surface, response_body });
  expect(event.usage).toMatchObject({ input_tokens: 7, output_tokens: 3 });
});

test("tools that were asked for, and results that a request brings, are read from the bodies", () => {
  const event = new MissingFacts().complete({
    ...PYTHON,
    request_body: {
      messages: [
        { role: "user", content: [{ type: "tool_result", tool_use_id: "t0", content: "no", is_error: true }] },
      ],
    },
    response_body: {
      content: [{ type: "tool_use", id: "t1", name: "search", input: { q: "x" } }],
      stop_reason: "tool_use",
    },
  });
  expect(event.tool_calls).toMatchObject([{ id: "t1", name: "search", args_bytes: 9 }]);
  expect(event.tool_results).toMatchObject([{ id: "t0", bytes: 2, is_error: true }]);
});

test("Gemini's model is taken from the address", () => {
  const http_url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";
  const event = { ...PYTHON, provider: "google", surface: "models.generate_content", http_url, request_body: {} };
  expect(new MissingFacts().complete(event).model).toBe("gemini-2.5-flash");
});

test("events of this recorder, and what is no model call, are left alone", () => {
  for (const event of [
    { ...PYTHON, _tessen_lang: "ts" },
    { ...PYTHON, call_type: "tool" },
  ]) {
    expect(new MissingFacts().complete(event)).toBe(event);
  }
});

test("events of any shape do no harm", () => {
  const odd: TessenEvent = JSON.parse(
    '{"event_id":"x","ts":1e300,"provider":5,"surface":null,"request_body":7,"response_body":[]}',
  );
  expect(new MissingFacts().complete(odd)).toMatchObject({ event_id: "x", cost_usd: null });
});
