import type { Json, Protocol } from "@tesserae/wire";
import { describe, expect, test } from "vitest";
import type { TessenEvent } from "../events/tessen-event.ts";
import { MissingFacts } from "../events/missing-facts.ts";
import { EventBase } from "./event-base.ts";
import type { FinishedCall } from "./finished-call.ts";
import { Prices } from "./prices.ts";
import { requestRecord } from "./request-record.ts";

const SURFACES: Readonly<Record<Protocol, readonly [provider: string, surface: string, model: string]>> = {
  "openai-chat": ["openai", "chat.completions.create", "gpt-4o"],
  "openai-responses": ["openai", "responses.create", "gpt-4o"],
  anthropic: ["anthropic", "messages.create", "claude-haiku-4-5"],
  gemini: ["google", "models.generate_content", "gemini-2.5-flash"],
  ollama: ["ollama", "chat", "llama3"],
};

/** 400 bytes: 100 tokens. */
const PROMPT = "x".repeat(400);

function callOf(protocol: Protocol, response: Json, parts: Partial<FinishedCall> = {}): FinishedCall {
  const [provider, surface, model] = SURFACES[protocol];
  return {
    tier: 3,
    provider,
    surface,
    protocol,
    model,
    startedAt: Date.parse("2026-06-01"),
    durationMs: 1,
    streamed: false,
    status: "ok",
    httpStatus: 200,
    attempts: [],
    requestText: PROMPT,
    response,
    responseText: JSON.stringify(response),
    ...parts,
  };
}

function eventOf(call: FinishedCall): TessenEvent {
  const base = new EventBase("sess_1", "test");
  const { head } = requestRecord(call, base, { prices: new Prices(), cast: "never", content: true });
  return JSON.parse(typeof head === "string" ? head : JSON.stringify(head)) as TessenEvent;
}

/** Thirty bytes of answer in each protocol: eight tokens. */
const TEXT = "thirty bytes of an answer, yes";

function answer(protocol: Protocol, usage: Json): Json {
  switch (protocol) {
    case "openai-chat":
      return { choices: [{ index: 0, message: { role: "assistant", content: TEXT }, finish_reason: "stop" }], usage };
    case "openai-responses":
      return {
        status: "completed",
        output: [{ type: "message", content: [{ type: "output_text", text: TEXT }] }],
        usage,
      };
    case "anthropic":
      return { content: [{ type: "text", text: TEXT }], stop_reason: "end_turn", usage };
    case "gemini":
      return { candidates: [{ content: { role: "model", parts: [{ text: TEXT }] } }], usageMetadata: usage };
    case "ollama":
      return { message: { role: "assistant", content: TEXT }, ...(usage as Record<string, Json>) };
  }
}

/** What providers and proxies have been seen to say, and worse. */
const RUBBISH: readonly Json[] = [-5, "5", 1e300, 12.5, true, Number.MAX_SAFE_INTEGER];

describe.each<[Protocol, input: string, output: string]>([
  ["openai-chat", "prompt_tokens", "completion_tokens"],
  ["openai-responses", "input_tokens", "output_tokens"],
  ["anthropic", "input_tokens", "output_tokens"],
  ["gemini", "promptTokenCount", "candidatesTokenCount"],
])("%s", (protocol, input, output) => {
  test.each(RUBBISH)("an input of %j tokens is none: it is estimated of what was sent", (value) => {
    const event = eventOf(callOf(protocol, answer(protocol, { [input]: value, [output]: 7 })));
    expect(event.usage).toMatchObject({ input_tokens: 100, output_tokens: 7, total_tokens: 107, estimated: true });
    expect(event.cost?.flags).toEqual(["estimated"]);
    expect(event.cost_usd).toBeGreaterThan(0);
    expect(event.quality_signals).toEqual([]);
  });

  test.each(RUBBISH)("an output of %j tokens is none: it is estimated of what came", (value) => {
    const event = eventOf(callOf(protocol, answer(protocol, { [input]: 9, [output]: value })));
    expect(event.usage).toMatchObject({ input_tokens: 9, output_tokens: 8, estimated: true });
    expect(event.cost?.flags).toEqual(["estimated"]);
  });

  test("a usage that counts no input is no count", () => {
    for (const usage of [{}, { [input]: 0, [output]: 0 }]) {
      expect(eventOf(callOf(protocol, answer(protocol, usage))).usage).toMatchObject({
        estimated: true,
        input_tokens: 100,
      });
    }
  });

  test("a count is believed, and an absent usage is not made up", () => {
    const event = eventOf(callOf(protocol, answer(protocol, { [input]: 9, [output]: 7, cost: 0.5, total_time: 1.5 })));
    expect(event.usage).toMatchObject({ input_tokens: 9, output_tokens: 7, estimated: false });
    expect(event.cost?.flags).toEqual([]);
    const silent = eventOf(callOf(protocol, answer(protocol, null)));
    expect(silent.usage).toBeUndefined();
    expect(silent.cost_usd).toBeNull();
  });

  test("an event of another writer is completed in the same way", () => {
    const [provider, surface, model] = SURFACES[protocol];
    const bare: TessenEvent = {
      event_id: "evt_1",
      session_id: "sess_1",
      agent_name: "python",
      ts: Date.parse("2026-06-01") / 1000,
      provider,
      surface,
      model,
      call_type: "request",
      status: "ok",
      quality_signals: [],
      request_body: PROMPT.slice(2),
      response_body: answer(protocol, { [input]: "5", [output]: 7 }),
    };
    const event = new MissingFacts().complete(bare);
    expect(event.usage).toMatchObject({ input_tokens: 100, output_tokens: 7, estimated: true });
    expect(event.cost?.flags).toEqual(["estimated"]);
  });
});

test("rubbish in the details makes the whole doubtful", () => {
  const usage = { prompt_tokens: 9, completion_tokens: 7, prompt_tokens_details: { cached_tokens: -3 } };
  expect(eventOf(callOf("openai-chat", answer("openai-chat", usage))).usage).toMatchObject({
    input_tokens: 9,
    cache_read_tokens: 0,
    output_tokens: 7,
    estimated: true,
  });
});

test("Ollama counts nothing of a prompt that it has in its cache", () => {
  const counted = eventOf(callOf("ollama", answer("ollama", { eval_count: 7 })));
  expect(counted.usage).toMatchObject({ input_tokens: 0, output_tokens: 7, estimated: false });
  const rubbish = eventOf(callOf("ollama", answer("ollama", { prompt_eval_count: -1, eval_count: 7 })));
  expect(rubbish.usage).toMatchObject({ input_tokens: 100, estimated: true });
});

test("an embedding has no output, and nothing of it is estimated", () => {
  const response = { data: [{ embedding: [0.5] }], usage: { prompt_tokens: 9, total_tokens: 9 } };
  const event = eventOf(callOf("openai-chat", response, { surface: "embeddings.create" }));
  expect(event.usage).toMatchObject({ input_tokens: 9, output_tokens: 0, estimated: false });
});

test("what the framework reckoned of an impossible count is not booked as a cost", () => {
  const known = { cost: 0 };
  const event = eventOf(callOf("openai-chat", answer("openai-chat", { prompt_tokens: -5 }), { known }));
  expect(event.cost_usd).toBeGreaterThan(0);
});
