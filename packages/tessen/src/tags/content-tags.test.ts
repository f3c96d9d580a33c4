import type { Json } from "@tesserae/wire";
import { describe, expect, test } from "vitest";
import { tagsOf } from "./tags-of.ts";
import type { TaggedProtocol } from "./tagged-call.ts";

/** A protocol, the tags of the first answer, that answer, and the nearest one that has none of them. */
type Pair = readonly [TaggedProtocol, readonly string[], positive: Json, negative: Json];

const claude = (stop_reason: string | null, ...content: readonly Json[]): Json => ({
  type: "message",
  role: "assistant",
  content,
  stop_reason,
  usage: { input_tokens: 1, output_tokens: 1 },
});
const chat = (finish_reason: string | null, message: Json): Json => ({
  choices: [{ index: 0, finish_reason, message }],
});
const responses = (status: string, output: readonly Json[], reason?: string): Json => ({
  status,
  output,
  incomplete_details: reason === undefined ? null : { reason },
});
const said = (text: string): Json => ({ type: "message", content: [{ type: "output_text", text }] });
const gemini = (finishReason: string, ...parts: readonly Json[]): Json => ({
  candidates: [{ finishReason, content: { role: "model", parts } }],
});
const cohere = (finish_reason: string, message: Json): Json => ({ finish_reason, message });
const ollama = (done_reason: string, message: Json): Json => ({ done: true, done_reason, message });
const calling = (args: Json): Json => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id: "call_1", type: "function", function: { name: "search", arguments: args } }],
});

const THINKING = { type: "thinking", thinking: "Hm.", signature: "s" };
const REASONING = { type: "reasoning", summary: [] };
const HI = { type: "text", text: "Hi" };
const BLANK = { type: "text", text: " \n" };

const EMPTY: readonly Pair[] = [
  ["anthropic", ["empty_content_on_end_turn"], claude("end_turn"), claude("tool_use")],
  ["anthropic", ["empty_content_on_end_turn"], claude("end_turn", BLANK), claude("end_turn", BLANK, HI)],
  [
    "anthropic",
    ["empty_content_on_end_turn"],
    claude("end_turn", BLANK),
    claude("end_turn", { type: "tool_use", input: {} }),
  ],
  [
    "anthropic",
    ["empty_content_on_end_turn"],
    { content: null, stop_reason: "end_turn" },
    { content: null, stop_reason: null },
  ],
  ["openai-chat", ["empty_content_on_stop"], chat("stop", { content: null }), chat("stop", { content: "Hi" })],
  ["openai-chat", ["empty_content_on_stop"], chat("stop", { content: " " }), chat("tool_calls", { content: " " })],
  ["openai-chat", ["empty_content_on_stop"], chat("stop", { content: [] }), chat("stop", { content: [HI] })],
  [
    "openai-chat",
    ["empty_content_on_stop"],
    chat("stop", { content: "", tool_calls: [] }),
    chat("stop", calling("{}")),
  ],
  [
    "openai-chat",
    ["empty_content_on_stop"],
    chat("stop", { content: null, audio: null }),
    chat("stop", { content: null, audio: { id: "a" } }),
  ],
  [
    "openai-chat",
    ["empty_content_on_stop"],
    chat("stop", { content: null }),
    chat("stop", { content: null, function_call: { name: "f" } }),
  ],
  [
    "openai-chat",
    ["empty_content_on_stop"],
    { choices: [{ finish_reason: "stop", text: "" }] },
    { choices: [{ finish_reason: "stop", text: "x" }] },
  ],
  ["mistral", ["empty_content_on_stop"], chat("stop", { content: "" }), chat("stop", { content: "Bonjour" })],
  [
    "mistral",
    ["empty_content_on_stop"],
    chat("stop", { content: [BLANK] }),
    chat("stop", { content: [{ type: "reference", reference_ids: [1] }] }),
  ],
  ["openai-responses", ["empty_content_on_stop"], responses("completed", []), responses("in_progress", [])],
  [
    "openai-responses",
    ["empty_content_on_stop"],
    responses("completed", [said(" ")]),
    responses("completed", [said("Hi")]),
  ],
  [
    "openai-responses",
    ["empty_content_on_stop"],
    responses("completed", [said("")]),
    responses("completed", [{ type: "web_search_call" }]),
  ],
  ["gemini", ["empty_content_on_stop"], gemini("STOP"), gemini("OTHER")],
  ["gemini", ["empty_content_on_stop"], gemini("STOP", { text: "" }), gemini("STOP", { text: "Hi" })],
  ["gemini", ["empty_content_on_stop"], gemini("STOP", { text: " " }), gemini("STOP", { functionCall: { name: "f" } })],
  [
    "gemini",
    ["empty_content_on_stop"],
    { candidates: [{ finishReason: "STOP" }] },
    gemini("STOP", { inlineData: { data: "" } }),
  ],
  [
    "gemini",
    ["empty_content_on_stop"],
    gemini("STOP", { executableCode: null }),
    gemini("STOP", { executableCode: { code: "1" } }),
  ],
  ["cohere", ["empty_content_on_stop"], cohere("COMPLETE", { content: [] }), cohere("COMPLETE", { content: [HI] })],
  ["cohere", ["empty_content_on_stop"], cohere("COMPLETE", { content: [BLANK] }), cohere("COMPLETE", calling("{}"))],
  [
    "cohere",
    ["empty_content_on_stop"],
    { finish_reason: "COMPLETE", text: "" },
    { finish_reason: "COMPLETE", text: "Hi" },
  ],
  ["ollama", ["empty_content_on_stop"], ollama("stop", { content: "" }), ollama("stop", { content: "Hi" })],
  [
    "ollama",
    ["empty_content_on_stop"],
    ollama("stop", { content: "" }),
    ollama("stop", { content: "", tool_calls: [{ function: { name: "f", arguments: {} } }] }),
  ],
  [
    "ollama",
    ["empty_content_on_stop"],
    { done_reason: "stop", response: " " },
    { done_reason: "stop", response: "Hi" },
  ],
];

const TRUNCATED: readonly Pair[] = [
  ["anthropic", ["truncated_response"], claude("max_tokens", HI), claude("stop_sequence", HI)],
  ["anthropic", ["truncated_response"], claude("model_context_window_exceeded", HI), claude("pause_turn", HI)],
  ["openai-chat", ["truncated_response"], chat("length", { content: "Hi" }), chat("stop", { content: "Hi" })],
  ["mistral", ["truncated_response"], chat("model_length", { content: "Hi" }), chat("stop", { content: "Hi" })],
  [
    "openai-responses",
    ["truncated_response"],
    responses("incomplete", [said("Hi")], "max_output_tokens"),
    responses("completed", [said("Hi")]),
  ],
  [
    "openai-responses",
    ["truncated_response"],
    responses("incomplete", [said("Hi")], "max_output_tokens"),
    responses("incomplete", [said("Hi")], "other"),
  ],
  ["gemini", ["truncated_response"], gemini("MAX_TOKENS", { text: "Hi" }), gemini("STOP", { text: "Hi" })],
  ["cohere", ["truncated_response"], cohere("MAX_TOKENS", { content: [HI] }), cohere("COMPLETE", { content: [HI] })],
  ["ollama", ["truncated_response"], ollama("length", { content: "Hi" }), ollama("stop", { content: "Hi" })],
];

const THINKING_ONLY: readonly Pair[] = [
  ["anthropic", ["thinking_only_no_output"], claude("end_turn", THINKING), claude("end_turn", THINKING, HI)],
  [
    "anthropic",
    ["thinking_only_no_output"],
    claude("end_turn", { type: "redacted_thinking", data: "x" }, BLANK),
    claude("tool_use", THINKING, { type: "tool_use", input: {} }),
  ],
  [
    "anthropic",
    ["thinking_only_no_output"],
    claude("pause_turn", THINKING),
    claude("pause_turn", THINKING, { type: "server_tool_use", input: {} }),
  ],
  ["anthropic", ["thinking_only_no_output"], claude("end_turn", THINKING), claude(null, THINKING)],
  [
    "mistral",
    ["thinking_only_no_output"],
    chat("stop", { content: [{ type: "thinking", thinking: [HI] }] }),
    chat("stop", { content: [{ type: "thinking", thinking: [HI] }, HI] }),
  ],
  [
    "openai-responses",
    ["thinking_only_no_output"],
    responses("completed", [REASONING]),
    responses("completed", [REASONING, said("Hi")]),
  ],
  [
    "openai-responses",
    ["thinking_only_no_output"],
    responses("completed", [REASONING, said("")]),
    responses("queued", [REASONING]),
  ],
  [
    "gemini",
    ["thinking_only_no_output"],
    gemini("STOP", { text: "Hm.", thought: true }),
    gemini("STOP", { text: "Hm.", thought: true }, { text: "Hi" }),
  ],
  [
    "cohere",
    ["thinking_only_no_output"],
    cohere("COMPLETE", { content: [THINKING] }),
    cohere("COMPLETE", { content: [THINKING, HI] }),
  ],
  [
    "ollama",
    ["thinking_only_no_output"],
    ollama("stop", { content: "", thinking: "Hm." }),
    ollama("stop", { content: "Hi", thinking: "Hm." }),
  ],
  [
    "ollama",
    ["thinking_only_no_output"],
    { done_reason: "stop", response: "", thinking: "Hm." },
    { done_reason: "stop", response: "x", thinking: "Hm." },
  ],
];

const REFUSED: readonly Pair[] = [
  ["anthropic", ["refusal"], claude("refusal", HI), claude("end_turn", HI)],
  ["anthropic", ["refusal"], claude("end_turn", { type: "refusal" }), claude("end_turn", HI)],
  [
    "openai-chat",
    ["refusal"],
    chat("stop", { content: null, refusal: "No." }),
    chat("stop", { content: "Hi", refusal: null }),
  ],
  ["openai-chat", ["refusal"], chat("content_filter", { content: "" }), chat("stop", { content: "Hi" })],
  ["mistral", ["refusal"], chat("content_filter", { content: "" }), chat("stop", { content: "Hi", refusal: "" })],
  [
    "openai-responses",
    ["refusal"],
    responses("completed", [{ type: "message", content: [{ type: "refusal", refusal: "No." }] }]),
    responses("completed", [said("No.")]),
  ],
  [
    "openai-responses",
    ["refusal"],
    responses("incomplete", [], "content_filter"),
    responses("incomplete", [], "other"),
  ],
  ["gemini", ["refusal"], { promptFeedback: { blockReason: "OTHER" } }, { promptFeedback: {}, candidates: [] }],
  ["cohere", ["refusal"], { finish_reason: "ERROR_TOXIC", text: "" }, { finish_reason: "ERROR_LIMIT", text: "" }],
  ...[
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "LANGUAGE",
    "IMAGE_SAFETY",
    "IMAGE_RECITATION",
  ].map((reason): Pair => ["gemini", ["refusal"], gemini(reason), gemini("IMAGE_OTHER")]),
];

const BAD_JSON: readonly Pair[] = [
  [
    "anthropic",
    ["invalid_tool_use_json"],
    claude("tool_use", { type: "tool_use", input: '{"q":' }),
    claude("tool_use", { type: "tool_use", input: { q: 1 } }),
  ],
  [
    "anthropic",
    ["invalid_tool_use_json"],
    claude("tool_use", { type: "tool_use", input: null }),
    claude("tool_use", { type: "tool_use", input: {} }),
  ],
  [
    "anthropic",
    ["invalid_tool_use_json"],
    claude("tool_use", { type: "tool_use", input: [1] }),
    claude("tool_use", { type: "tool_result", input: [1] }),
  ],
  [
    "openai-chat",
    ["invalid_tool_call_json"],
    chat("tool_calls", calling('{"q":')),
    chat("tool_calls", calling('{"q":1}')),
  ],
  ["openai-chat", ["invalid_tool_call_json"], chat("tool_calls", calling(" ")), chat("tool_calls", calling(""))],
  ["mistral", ["invalid_tool_call_json"], chat("tool_calls", calling("q")), chat("tool_calls", calling({ q: 1 }))],
  [
    "openai-responses",
    ["invalid_tool_call_json"],
    responses("completed", [{ type: "function_call", arguments: "{" }]),
    responses("completed", [{ type: "function_call", arguments: "" }]),
  ],
  [
    "openai-responses",
    ["invalid_tool_call_json"],
    responses("completed", [{ type: "function_call", arguments: "{" }]),
    responses("completed", [{ type: "custom_tool_call", input: "{", arguments: "{" }]),
  ],
  ["gemini", ["invalid_tool_call_json"], gemini("MALFORMED_FUNCTION_CALL"), gemini("UNEXPECTED_TOOL_CALL")],
  ["cohere", ["invalid_tool_call_json"], cohere("TOOL_CALL", calling("{")), cohere("TOOL_CALL", calling("{}"))],
];

describe.each([true, false])("streamed: %s", (streamed) => {
  test.each([...EMPTY, ...TRUNCATED, ...THINKING_ONLY, ...REFUSED, ...BAD_JSON])(
    "%s, %j: %j, and not %j",
    (protocol, tags, positive, negative) => {
      const signals = (response: Json): readonly string[] =>
        tagsOf({ protocol, provider: "any", status: "ok", streamed, response }).signals;
      expect(signals(positive)).toEqual(tags);
      expect(signals(negative)).toEqual([]);
    },
  );
});

test("a failed call that had content is looked at too, the body of an error is not", () => {
  const call = { protocol: "anthropic", provider: "anthropic", status: "error", streamed: true } as const;
  const cut = claude("max_tokens", { type: "tool_use", name: "search", input: '{"q' });
  expect(tagsOf({ ...call, failure: "connection", response: cut }).signals).toEqual([
    "connection_error",
    "truncated_response",
    "invalid_tool_use_json",
  ]);
  const body = { type: "error", error: { type: "api_error", message: "Oops" } };
  expect(tagsOf({ ...call, httpStatus: 500, response: body }).signals).toEqual(["server_error"]);
});

test("any choice of several counts, and a tag is there once", () => {
  const many = {
    choices: [
      { finish_reason: "stop", message: { content: "Hi" } },
      { finish_reason: "length", message: { content: "Hi" } },
      { finish_reason: "stop", message: { content: "" } },
      { finish_reason: "stop", message: { content: null } },
    ],
  };
  const { signals, details } = tagsOf({
    protocol: "openai-chat",
    provider: "openai",
    status: "ok",
    streamed: false,
    response: many,
  });
  expect(signals).toEqual(["empty_content_on_stop", "truncated_response"]);
  expect(details["empty_content_on_stop"]).toEqual({ choice: 2, finish_reason: "stop" });
});

test("input that streamed as JSON, but as no object, is valid while streamed; nothing streamed is valid too", () => {
  const input = (text: string): Json => claude("tool_use", { type: "tool_use", name: "f", input: text });
  const call = { protocol: "anthropic", provider: "anthropic", status: "ok", streamed: true } as const;
  expect(tagsOf({ ...call, response: input("5") }).signals).toEqual([]);
  expect(tagsOf({ ...call, response: input("") }).signals).toEqual([]);
});

test("the evidence of bad arguments names the tool and not what was said", () => {
  const response = chat("tool_calls", calling("secret"));
  const { details } = tagsOf({ protocol: "openai-chat", provider: "openai", status: "ok", streamed: false, response });
  expect(details["invalid_tool_call_json"]).toEqual({ tool: "search", id: "call_1", bytes: 6 });
});
