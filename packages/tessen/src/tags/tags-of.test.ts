import type { Json } from "@tesserae/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { TAGS } from "./tag.ts";
import { tagsOf } from "./tags-of.ts";
import type { TaggedCall } from "./tagged-call.ts";

test("there are nineteen tags, in the order of the specification", () => {
  expect(TAGS).toEqual([
    "rate_limited",
    "overloaded",
    "auth_error",
    "permission_denied",
    "not_found",
    "conflict",
    "unprocessable",
    "invalid_request",
    "connection_error",
    "server_error",
    "client_error",
    "empty_content_on_end_turn",
    "empty_content_on_stop",
    "truncated_response",
    "thinking_only_no_output",
    "refusal",
    "invalid_tool_use_json",
    "invalid_tool_call_json",
    "cache_control_set_but_no_cache_activity",
  ]);
});

test("a call lists failure, content and cache in this order", () => {
  const response: Json = {
    content: [{ type: "tool_use", name: "search", input: "{" }, { type: "refusal" }],
    stop_reason: "max_tokens",
  };
  const call = { protocol: "anthropic", provider: "anthropic", streamed: true, response } as const;
  const request = { cache_control: { type: "ephemeral" }, messages: [] };
  expect(tagsOf({ ...call, status: "ok", request }).signals).toEqual([
    "truncated_response",
    "refusal",
    "invalid_tool_use_json",
    "cache_control_set_but_no_cache_activity",
  ]);
  expect(tagsOf({ ...call, status: "error", httpStatus: 200, errorType: "api_error", request }).signals).toEqual([
    "server_error",
    "truncated_response",
    "refusal",
    "invalid_tool_use_json",
  ]);
});

/** Words of the protocols, so that random shapes come near to real ones. */
const WORDS = [
  "content choices message output candidates parts finish_reason finishReason stop_reason status tool_calls function",
  "arguments input type text thinking tool_use usage cache_control ephemeral system tools messages stop end_turn length",
  "completed incomplete incomplete_details reason STOP COMPLETE done_reason promptFeedback blockReason refusal thought",
]
  .join(" ")
  .split(" ");

const hostile = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<unknown>(null, undefined, true, 0, -1, 1e308, "", " ", "{", "[]"),
    fc.constantFrom(...WORDS),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...WORDS), tie("value"), { maxKeys: 5 }),
  ),
})).value as fc.Arbitrary<Json>;

const anyCall: fc.Arbitrary<TaggedCall> = fc.record(
  {
    protocol: fc.constantFrom(
      "anthropic",
      "openai-chat",
      "mistral",
      "openai-responses",
      "gemini",
      "cohere",
      "ollama",
      "unknown",
    ),
    provider: fc.string(),
    status: fc.constantFrom("ok", "error"),
    streamed: fc.boolean(),
    httpStatus: fc.integer({ min: 0, max: 700 }),
    errorType: fc.string(),
    failure: fc.constantFrom("connection", "timeout", "aborted"),
    request: hostile,
    response: hostile,
  },
  { requiredKeys: ["protocol", "provider", "status", "streamed"] },
);

test("no shape of request and response makes it throw, and its tags are ordered, unique and explained", () => {
  fc.assert(
    fc.property(anyCall, (call) => {
      const { signals, details } = tagsOf(call);
      const places = signals.map((tag) => TAGS.findIndex((known) => known === tag));
      expect(places).not.toContain(-1);
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      expect(Object.keys(details)).toEqual(signals);
      expect(places.filter((place) => place < 11).length).toBeLessThanOrEqual(call.status === "error" ? 1 : 0);
      if (signals.includes("thinking_only_no_output")) {
        expect(signals).not.toContain("empty_content_on_end_turn");
        expect(signals).not.toContain("empty_content_on_stop");
      }
      expect(JSON.parse(JSON.stringify(details))).toEqual(details);
    }),
    { numRuns: 2000 },
  );
});

test("thinking only excludes empty content, in another choice too", () => {
  const thinking = { finish_reason: "stop", message: { content: [{ type: "thinking", thinking: [] }] } };
  const empty = { finish_reason: "stop", message: { content: "" } };
  const call = { protocol: "mistral", provider: "mistral", status: "ok", streamed: false } as const;
  expect(tagsOf({ ...call, response: { choices: [empty, thinking] } }).signals).toEqual(["thinking_only_no_output"]);
});

test("a body nested a hundred thousand deep is no trouble", () => {
  const deep: Json = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  const request = { cache_control: { type: "ephemeral" }, messages: [{ role: "user", content: deep }] };
  const call = { protocol: "anthropic", provider: "anthropic", status: "ok", streamed: false } as const;
  expect(tagsOf({ ...call, request, response: { content: deep, stop_reason: "end_turn" } }).signals).toContain(
    "cache_control_set_but_no_cache_activity",
  );
});
