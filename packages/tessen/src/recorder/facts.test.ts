import { describe, expect, test } from "vitest";
import { NO_USAGE, type Usage } from "@tesserae/wire/usage";
import { canonicalHash } from "./canonical-hash.ts";
import { castedBody } from "./casted-body.ts";
import { costOf, type CostedCall } from "./cost.ts";
import type { FinishedCall } from "./finished-call.ts";
import { gatewayOf, isGatewayHit } from "./gateway.ts";
import { lookupOfList, lookupOfRecord } from "./header-lookups.ts";
import { allowedRequestHeaders, allowedRequestValues, allowedResponseHeaders } from "./headers.ts";
import { Prices } from "./prices.ts";
import { responseFacts } from "./response-facts.ts";
import { mayHoldToolResults, toolResultsOf } from "./tool-results.ts";

const usage = (parts: Partial<Usage>): Usage => ({ ...NO_USAGE, ...parts });
const call = (parts: Partial<CostedCall>): CostedCall => ({
  provider: "openai",
  models: ["gpt-4o"],
  at: Date.parse("2026-06-01"),
  usage: undefined,
  failedEarly: false,
  flags: [],
  reported: undefined,
  ...parts,
});

describe("cost", () => {
  // The check values of the specification.
  test.each([
    [
      "anthropic",
      "claude-sonnet-4-6",
      usage({ inputTokens: 1600, cacheReadTokens: 500, cacheWriteTokens: 100, outputTokens: 100 }),
      0.005025,
    ],
    ["anthropic", "claude-haiku-4-5", usage({ inputTokens: 1000, outputTokens: 100 }), 0.0015],
    ["openai", "gpt-4o", usage({ inputTokens: 1000, cacheReadTokens: 400, outputTokens: 100 }), 0.003],
  ])("%s %s", (provider, model, used, dollars) => {
    const { cost_usd, cost } = costOf(call({ provider, models: [model], usage: used }), new Prices());
    expect(cost_usd).toBe(dollars);
    const { input = 0, cache_read = 0, cache_write = 0, output = 0 } = cost ?? {};
    expect(input + cache_read + cache_write + output).toBeCloseTo(dollars, 12);
    expect(cost).toMatchObject({ source: "catalogue", flags: [] });
  });

  test("is never guessed", () => {
    const used = usage({ inputTokens: 1 });
    expect(costOf(call({ models: ["no-such-model"], usage: used }), new Prices())).toEqual({ cost_usd: null });
    expect(costOf(call({}), new Prices())).toEqual({ cost_usd: null });
    const vast = usage({ inputTokens: 1e9, outputTokens: 1e9 });
    expect(costOf(call({ models: ["gpt-4o"], usage: vast }), new Prices())).toEqual({ cost_usd: null });
  });

  test("is nothing where no token was made, or the gateway had the answer, and what a gateway says where it says it", () => {
    expect(costOf(call({ failedEarly: true }), new Prices())).toMatchObject({
      cost_usd: 0,
      cost: { flags: ["failed_attempts"] },
    });
    const hit = call({ flags: ["gateway_hit"], usage: usage({ inputTokens: 9 }) });
    expect(costOf(hit, new Prices())).toMatchObject({ cost_usd: 0, cost: { flags: ["gateway_hit"] } });
    expect(costOf(call({ reported: 0.25 }), new Prices())).toMatchObject({
      cost_usd: 0.25,
      cost: { source: "reported" },
    });
  });
});

describe("headers", () => {
  test("only what is allowed is kept, whatever else comes", () => {
    const headers = lookupOfList([
      "X-Request-Id",
      "r",
      "Set-Cookie",
      "s",
      "x-ratelimit-remaining",
      "1",
      "authorization",
      "k",
      "X-Tessera-Cache",
      "hit",
    ]);
    expect(allowedResponseHeaders(headers)).toEqual({
      "x-request-id": "r",
      "x-ratelimit-remaining": "1",
      "x-tessera-cache": "hit",
    });
    const sent = lookupOfRecord({ authorization: "Bearer k", "x-api-key": "k", "anthropic-version": "2023-06-01" });
    expect(allowedRequestHeaders(allowedRequestValues(sent))).toEqual({ "anthropic-version": "2023-06-01" });
    expect(allowedResponseHeaders(undefined)).toBeUndefined();
  });

  test("a gateway says whether it had the answer, and what it cost", () => {
    expect(gatewayOf({ "content-type": "x" })).toBeUndefined();
    const gateway = gatewayOf({ "x-tessera-cache": "semantic-hit", "x-tessera-cost-actual-usd": "0.0012" });
    expect(gateway).toEqual({ name: "tessera", cache: "semantic-hit", cost_usd: 0.0012 });
    expect([isGatewayHit(gateway), isGatewayHit({ name: "tessera", cache: "miss" })]).toEqual([true, false]);
    expect(gatewayOf({ "x-tessera-cost-actual-usd": "free" })).toEqual({ name: "tessera" });
  });
});

describe("answers", () => {
  test.each([
    [
      "anthropic",
      {
        model: "c",
        stop_reason: "tool_use",
        content: [{ type: "tool_use", id: "1", name: "f", input: { b: 1, a: 2 } }],
      },
      "tool_use",
    ],
    [
      "openai-chat",
      {
        model: "c",
        choices: [
          {
            finish_reason: "tool_calls",
            message: { tool_calls: [{ id: "1", function: { name: "f", arguments: '{"a":2,"b":1}' } }] },
          },
        ],
      },
      "tool_calls",
    ],
    [
      "openai-responses",
      {
        model: "c",
        status: "completed",
        output: [{ type: "function_call", call_id: "1", name: "f", arguments: '{"b":1,"a":2}' }],
      },
      "completed",
    ],
    [
      "gemini",
      {
        modelVersion: "c",
        candidates: [
          {
            finishReason: "STOP",
            content: { parts: [{ functionCall: { id: "1", name: "f", args: { a: 2, b: 1 } } }] },
          },
        ],
      },
      "STOP",
    ],
    [
      "ollama",
      {
        model: "c",
        done_reason: "stop",
        message: { tool_calls: [{ id: "1", function: { name: "f", arguments: { a: 2, b: 1 } } }] },
      },
      "stop",
    ],
  ] as const)("of %s: model, reason and tools, with one hash for equal arguments", (protocol, body, finishReason) => {
    expect(responseFacts(protocol, body)).toMatchObject({
      model: "c",
      finishReason,
      toolCalls: [{ id: "1", name: "f", args_hash: canonicalHash({ a: 2, b: 1 }), args_bytes: 13 }],
    });
  });

  test("that make no sense tell nothing", () => {
    for (const body of [undefined, null, 1, "x", [], {}, { choices: [null], content: 1, output: [[]] }]) {
      for (const protocol of ["anthropic", "openai-chat", "openai-responses", "gemini", "ollama", undefined] as const) {
        expect(responseFacts(protocol, body)).toMatchObject({ finishReason: null, toolCalls: [] });
      }
    }
  });

  test("are written a second time up to a limit, and named beyond it", () => {
    const finished = (text: string): FinishedCall => ({
      tier: 1,
      provider: "openai",
      surface: "s",
      protocol: undefined,
      startedAt: 0,
      durationMs: 0,
      streamed: false,
      status: "ok",
      attempts: [],
      responseText: text,
    });
    const options = { cast: "raw", content: true } as const;
    expect(castedBody(finished("{}"), options)).toEqual({ body: { name: "casted_response", json: "{}" } });
    const large = JSON.stringify("é".repeat(200_000));
    expect(castedBody(finished(large), options)).toMatchObject({
      truncated: { pointer: "/casted_response", bytes: 400_002 },
    });
    expect(castedBody({ ...finished("{}"), streamed: true }, options)).toEqual({});
  });
});

test.each([
  [
    "anthropic",
    { messages: [{ content: [{ type: "tool_result", tool_use_id: "1", content: "no", is_error: true }] }] },
    true,
  ],
  ["openai-chat", { messages: [{ role: "tool", tool_call_id: "1", content: "no" }] }, false],
  ["openai-responses", { input: [{ type: "function_call_output", call_id: "1", output: "no" }] }, false],
  ["gemini", { contents: [{ parts: [{ functionResponse: { id: "1", response: "no" } }] }] }, false],
  ["ollama", { messages: [{ role: "tool", tool_call_id: "1", content: "no" }] }, false],
] as const)("results of tools in a request for %s", (protocol, request, isError) => {
  expect(mayHoldToolResults(protocol, JSON.stringify(request))).toBe(true);
  expect(toolResultsOf(protocol, request)).toMatchObject([{ id: "1", is_error: isError }]);
  expect(toolResultsOf(protocol, { messages: "x", input: 1, contents: [null] })).toEqual([]);
});
