import type { Json, JsonObject } from "@tesserae/wire";
import { describe, expect, test } from "vitest";
import { tagsOf } from "./tags-of.ts";
import type { TaggedCall } from "./tagged-call.ts";

const TAG = "cache_control_set_but_no_cache_activity";
const MARK = { cache_control: { type: "ephemeral" } };
const TEXT = { type: "text", text: "You are thorough." };
const ANSWER = { type: "message", content: [{ type: "text", text: "Hi" }], stop_reason: "end_turn" };
const REQUEST: JsonObject = { model: "claude-sonnet-4-5", messages: [{ role: "user", content: "Hi" }] };

function called(request: Json, usage: Json, members: Partial<TaggedCall> = {}): readonly string[] {
  const response = { ...ANSWER, usage };
  const call = { protocol: "anthropic", provider: "anthropic", status: "ok", streamed: false } as const;
  return tagsOf({ ...call, request, response, ...members }).signals;
}

describe("a marker", () => {
  test.each<readonly [string, JsonObject]>([
    ["in the system prompt", { ...REQUEST, system: [{ ...TEXT, ...MARK }] }],
    ["on a tool", { ...REQUEST, tools: [{ name: "search", input_schema: {}, ...MARK }] }],
    ["on a block of a message", { ...REQUEST, messages: [{ role: "user", content: [{ ...TEXT, ...MARK }] }] }],
    [
      "inside the result of a tool",
      { ...REQUEST, messages: [{ role: "user", content: [{ type: "tool_result", content: [{ ...TEXT, ...MARK }] }] }] },
    ],
    ["at the top", { ...REQUEST, ...MARK }],
  ])("%s that had no effect is tagged, and with any effect is not", (_where, request) => {
    expect(called(request, { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 })).toEqual([TAG]);
    expect(called(request, { cache_read_input_tokens: null })).toEqual([TAG]);
    expect(called(request, null)).toEqual([TAG]);
    expect(called(request, { cache_read_input_tokens: 0, cache_creation_input_tokens: 5 })).toEqual([]);
    expect(called(request, { cache_read_input_tokens: 5, cache_creation_input_tokens: null })).toEqual([]);
  });

  test("that is none is not tagged", () => {
    expect(called(REQUEST, {})).toEqual([]);
    expect(called({ ...REQUEST, system: [{ ...TEXT, cache_control: null }] }, {})).toEqual([]);
    expect(called({ ...REQUEST, system: [{ ...TEXT, cache_control: { type: "other" } }] }, {})).toEqual([]);
    expect(
      called({ ...REQUEST, messages: [{ role: "user", content: '{"cache_control":{"type":"ephemeral"}}' }] }, {}),
    ).toEqual([]);
  });

  test("counts in Anthropic's format only, on calls that went well, and on messages only", () => {
    const request = { ...REQUEST, ...MARK };
    expect(called(request, {}, { provider: "bedrock" })).toEqual([TAG]);
    expect(called(request, {}, { protocol: "openai-chat" })).toEqual([]);
    expect(called(request, {}, { status: "error", httpStatus: 500 })).toEqual(["server_error"]);
    expect(called(request, {}, { response: { input_tokens: 9 } })).toEqual([]);
    expect(called(request, {}, { response: undefined })).toEqual([]);
  });
});

test("the evidence tells how long the prefix was, what the model needs, and the provider's reason", () => {
  const request = {
    ...REQUEST,
    model: "claude-haiku-4-5",
    system: [{ type: "text", text: "x".repeat(4000), ...MARK }],
  };
  const response = { ...ANSWER, usage: {}, diagnostics: { cache_miss_reason: "too_short" } };
  const call = { protocol: "anthropic", provider: "anthropic", status: "ok", streamed: false } as const;
  const evidence = tagsOf({ ...call, request, response }).details[TAG];
  expect(evidence).toMatchObject({ model_minimum_tokens: 4096, cache_miss_reason: "too_short" });
  expect(evidence?.["estimated_prefix_tokens"]).toBeGreaterThanOrEqual(1000);
  expect(evidence?.["estimated_prefix_tokens"]).toBeLessThan(1050);
});

test.each([
  ["claude-opus-4-6", 4096],
  ["anthropic.claude-haiku-4-5-20251001-v1:0", 4096],
  ["claude-3-5-haiku-latest", 2048],
  ["claude-sonnet-4-5", 1024],
  ["a-model-of-tomorrow", 1024],
])("%s keeps prefixes of %i tokens and more", (model, tokens) => {
  const call = { protocol: "anthropic", provider: "anthropic", status: "ok", streamed: false } as const;
  const request = { ...REQUEST, ...MARK, model };
  expect(tagsOf({ ...call, request, response: ANSWER }).details[TAG]).toMatchObject({ model_minimum_tokens: tokens });
});
