import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assemble, countedIds, joined, isJson } from "../../test/agreement.ts";
import type { AssembledResponse } from "../response/assembled-response.ts";
import type { Delta } from "../response/delta.ts";
import { createOpenAIChatAssembler, decodeOpenAIChat } from "./assembler.ts";

type Json = Record<string, unknown>;

const chunk = (delta: Json, more: Json = {}): Json => ({
  id: "id",
  object: "chat.completion.chunk",
  created: 0,
  model: "gpt-4o",
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const stop = chunk({}, { finish_reason: "stop" });
const usage = { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 };

function run(...events: readonly unknown[]): AssembledResponse & { deltas: readonly Delta[] } {
  const { response, deltas } = assemble(createOpenAIChatAssembler(countedIds()), events);
  return { ...response, deltas };
}

const codes = (response: AssembledResponse): string[] => response.notes.map((note) => note.code);
const calls = (...pieces: readonly Json[]): Json => chunk({ tool_calls: pieces });
const piece = (given: { index?: number; id?: string | null; name?: string; arguments?: unknown }): Json => {
  const { name, arguments: text, ...rest } = given;
  return { ...rest, type: "function", function: { name, arguments: text } };
};

describe("text", () => {
  const text = [" Another Hello", " Yet Another Hello"].map((content) => chunk({ content }));

  test.each([
    ["in a last chunk without choices, as OpenAI", [stop, { ...chunk({}), choices: [], usage }]],
    ["with an empty choice, as LiteLLM", [stop, { ...chunk({}), usage }]],
    ["next to the finish reason", [{ ...stop, usage }]],
    [
      "on every chunk, the last one counting",
      [
        { ...chunk({}), usage: { prompt_tokens: 1 } },
        { ...stop, usage },
      ],
    ],
    ["where Groq puts it", [{ ...stop, x_groq: { usage } }]],
  ])("is assembled, with usage %s", (_, end) => {
    const response = run(chunk({ role: "assistant", content: "Hello" }), ...text, ...end);
    expect(response.text).toBe("Hello Another Hello Yet Another Hello");
    expect(response.deltas.map((delta) => delta.type)).toEqual(["text", "text", "text"]);
    expect(response.usage).toMatchObject({ inputTokens: 3, outputTokens: 3 });
    expect(response).toMatchObject({ finishReason: "stop", rawFinishReason: "stop", complete: true, notes: [] });
  });

  test("has no usage when the provider reports none", () => {
    expect(run(chunk({ content: "a" }), stop).usage).toBeNull();
    expect(decodeOpenAIChat({ choices: [{ message: { content: "a" } }], usage: null }).usage).toBeNull();
    const half = decodeOpenAIChat({ choices: [{ message: { content: "a" } }], usage: { prompt_tokens: null } });
    expect(half.usage).toMatchObject({ inputTokens: 0, outputTokens: 0 });
  });

  test("is noted when it is missing altogether", () => {
    expect(codes(run(stop))).toEqual(["empty_result"]);
  });

  test.each([
    ["stop", "stop"],
    ["END_TURN", "stop"],
    ["length", "length"],
    ["content_filter", "content_filter"],
    ["tool_calls", "function_calls"],
    ["something", "unknown"],
    [null, "unknown"],
  ])("finish reason %s means %s", (raw, finishReason) => {
    const body = { choices: [{ message: { content: "a" }, finish_reason: raw }] };
    expect(decodeOpenAIChat(body)).toMatchObject({ finishReason, rawFinishReason: raw });
  });

  test("a refusal is kept apart and makes the finish reason content_filter", () => {
    const response = run(chunk({ refusal: "I can" }), chunk({ refusal: "not." }), stop);
    expect(response).toMatchObject({ refusal: "I cannot.", text: "", finishReason: "content_filter", notes: [] });
    expect(joined(response.deltas, "refusal")).toBe("I cannot.");
  });

  test("log probabilities of all chunks are gathered", () => {
    const logprobs = {
      content: [{ token: "a", logprob: -1, bytes: [97], top_logprobs: [{ logprob: -1, bytes: null }] }],
    };
    const response = run(chunk({ content: "a" }, { logprobs }), chunk({ content: "a" }, { logprobs }), stop);
    const expected = { token: "a", logprob: -1, bytes: [97], topLogprobs: [{ logprob: -1, bytes: null }] };
    expect(response.logprobs).toEqual([expected, expected]);
  });
});

describe("reasoning", () => {
  test.each(["reasoning_content", "reasoning"])("%s comes apart from the text and ends once", (field) => {
    const response = run(
      chunk({ [field]: "This is the reasoning content 1" }),
      chunk({ [field]: "" }),
      chunk({ [field]: "This is the reasoning content 2" }),
      chunk({ content: "This is the main content", [field]: null }),
      stop,
    );
    expect(response.deltas).toEqual([
      { type: "thinking", text: "This is the reasoning content 1" },
      { type: "thinking", text: "This is the reasoning content 2" },
      { type: "thinking-end" },
      { type: "text", text: "This is the main content" },
    ]);
    expect(response.thinking).toBe("This is the reasoning content 1This is the reasoning content 2");
    expect(response.text).toBe("This is the main content");
  });

  test("Mistral's parts of thinking are one stretch, over several chunks", () => {
    const thinking = (text: string): Json => ({ type: "thinking", thinking: [{ type: "text", text }] });
    const response = run(
      chunk({ content: [thinking("Hm. ")] }),
      chunk({ content: [thinking("So.")] }),
      chunk({ content: "Four" }),
      chunk({ content: [{ type: "text", text: "." }] }),
      stop,
    );
    expect(response).toMatchObject({ thinking: "Hm. So.", text: "Four.", notes: [] });
    expect(response.deltas.map((delta) => delta.type)).toEqual([
      "thinking",
      "thinking",
      "thinking-end",
      "text",
      "text",
    ]);
  });

  test("no letter of it is lost", () => {
    expect(run(chunk({ reasoning: "think tank" }), stop).thinking).toBe("think tank");
  });

  test("is kept next to tool calls, in one chunk and in a body", () => {
    const message = { reasoning: "why", content: "what", tool_calls: [piece({ id: "1", name: "f", arguments: "{}" })] };
    const parts = { thinking: "why", text: "what", toolCalls: [{ id: "1", name: "f", arguments: "{}" }] };
    expect(run(chunk(message), chunk({}, { finish_reason: "tool_calls" }))).toMatchObject(parts);
    expect(decodeOpenAIChat({ choices: [{ message, finish_reason: "tool_calls" }] })).toMatchObject(parts);
  });

  test("OpenRouter's signed blocks are put together and kept for the next request", () => {
    const block = { type: "reasoning.text", index: 0 };
    const response = run(
      chunk({ reasoning_details: [{ ...block, text: "a", signature: null }] }),
      chunk({ reasoning_details: [{ ...block, text: "b", signature: "signed" }] }),
      chunk({ reasoning_details: [{ type: "reasoning.encrypted", index: 1, data: "x" }] }),
      stop,
    );
    expect(response.thinking).toBe("ab");
    expect(response.providerData).toEqual({
      protocol: "openai-chat",
      data: {
        reasoning_details: [
          { ...block, text: "ab", signature: "signed" },
          { type: "reasoning.encrypted", index: 1, data: "x" },
        ],
      },
    });
  });
});

describe("tool calls", () => {
  test("a real log: id and name first, then fragments", () => {
    const fragments = ["{", '"a"', ":", " ", "2", ",", " ", '"b"', ":", " ", "2", "}"];
    const response = run(
      calls(piece({ index: 0, id: "call_UwVVI0iGEmcPwmKUigJcuuuF", name: "calculator", arguments: "" })),
      ...fragments.map((text) => calls({ index: 0, function: { arguments: text } })),
      chunk({}, { finish_reason: "tool_calls" }),
      { ...chunk({}), choices: [], usage: { prompt_tokens: 53, completion_tokens: 13 } },
    );
    expect(response.toolCalls).toEqual([
      { id: "call_UwVVI0iGEmcPwmKUigJcuuuF", name: "calculator", arguments: '{"a": 2, "b": 2}' },
    ]);
    expect(response).toMatchObject({ finishReason: "function_calls", notes: [] });
    expect(response.usage).toMatchObject({ inputTokens: 53, outputTokens: 13 });
  });

  test("fragments of two calls may alternate", () => {
    const response = run(
      calls(
        piece({ index: 0, id: "a", name: "f", arguments: '{"x"' }),
        piece({ index: 1, id: "b", name: "g", arguments: "{" }),
      ),
      calls({ index: 1, function: { arguments: "}" } }, { index: 0, function: { arguments: ":1}" } }),
    );
    expect(response.toolCalls).toEqual([
      { id: "a", name: "f", arguments: '{"x":1}' },
      { id: "b", name: "g", arguments: "{}" },
    ]);
  });

  test("another finish reason is noted, and there are calls all the same", () => {
    const response = run(calls(piece({ index: 0, id: "a", name: "f", arguments: "{}" })), stop);
    expect(response).toMatchObject({ finishReason: "function_calls", rawFinishReason: "stop" });
    expect(codes(response)).toEqual(["finish_reason_mismatch"]);
  });

  test("content, call, finish reason and usage in one chunk are all read", () => {
    const response = run({
      ...chunk({ content: "I will.", tool_calls: [piece({ index: 0, id: "a", name: "f", arguments: "{}" })] }),
      usage,
    });
    expect(response).toMatchObject({ text: "I will.", toolCalls: [{ id: "a" }], usage: { inputTokens: 3 } });
  });

  test.each([
    ["an empty id", ""],
    ["null for an id", null],
  ])("%s is replaced by one that stays", (_, id) => {
    const response = run(
      calls(piece({ index: 0, id, name: "f", arguments: '{"a"' })),
      calls(piece({ index: 0, id, arguments: ":1}" })),
    );
    expect(response.toolCalls).toEqual([{ id: "made_0", name: "f", arguments: '{"a":1}' }]);
    expect(codes(response)).toEqual(["missing_tool_call_id"]);
    expect(response.deltas[0]).toEqual({ type: "tool-call-start", index: 0, id: "made_0", name: "f" });
  });

  test("Gemini's compatible endpoint: whole calls without index, all numbered 0, or in one list", () => {
    const two = [
      piece({ id: "", name: "f", arguments: '{"a":1}' }),
      piece({ id: "", name: "f", arguments: '{"a":2}' }),
    ];
    const expected = ['{"a":1}', '{"a":2}'];
    const numbered = two.map((call) => ({ ...call, index: 0 }));
    for (const events of [two.map((call) => calls(call)), [calls(...two)], numbered.map((call) => calls(call))]) {
      const response = run(...events, stop);
      expect(response.toolCalls.map((call) => call.arguments)).toEqual(expected);
      expect(new Set(response.toolCalls.map((call) => call.id)).size).toBe(2);
    }
  });

  test("without an index a new id or a new name begins a call, anything else goes on", () => {
    const response = run(
      calls(piece({ id: "a", name: "f", arguments: "{" })),
      calls(piece({ arguments: "}" })),
      calls(piece({ id: "b", name: "f", arguments: "{}" })),
      calls(piece({ name: "g", arguments: "{}" })),
    );
    expect(response.toolCalls.map((call) => call.name + call.arguments)).toEqual(["f{}", "f{}", "g{}"]);
  });

  test("a server that repeats the whole name, or makes a new id for each piece, is understood", () => {
    const response = run(
      calls(piece({ index: 0, id: "a1", name: "get_weather", arguments: "" })),
      calls(piece({ index: 0, id: "a1", name: "get_weather", arguments: '{"a":' })),
      calls(piece({ index: 0, id: "a2", arguments: "1}" })),
    );
    expect(response.toolCalls).toEqual([{ id: "a1", name: "get_weather", arguments: '{"a":1}' }]);
  });

  test.each([[null], [""], [undefined]])(
    "a repeated name whose arguments are %j does not begin another call",
    (none) => {
      const response = run(
        calls(piece({ index: 0, id: "a", name: "f", arguments: "{}" })),
        calls(piece({ index: 0, name: "f", arguments: none })),
      );
      expect(response.toolCalls).toEqual([{ id: "a", name: "f", arguments: "{}" }]);
    },
  );

  test("id and name in fragments are joined", () => {
    const response = run(
      calls(piece({ index: 0, id: "call_", name: "get_" })),
      calls(piece({ index: 0, id: "1" })),
      calls(piece({ index: 0, name: "weather" })),
    );
    expect(response.toolCalls).toEqual([{ id: "call_1", name: "get_weather", arguments: "{}" }]);
  });

  test("arguments that come as an object become JSON text", () => {
    const call = piece({ index: 0, id: "a", name: "f", arguments: { input: "task" } });
    const response = run(calls(call), stop);
    expect(response.toolCalls[0]?.arguments).toBe('{"input":"task"}');
    expect(codes(response)).toContain("arguments_not_text");
    expect(decodeOpenAIChat({ choices: [{ message: { tool_calls: [call] } }] }).toolCalls[0]?.arguments).toBe(
      '{"input":"task"}',
    );
  });

  test("an empty list of calls is text", () => {
    const body = { choices: [{ message: { content: "hi", tool_calls: [] }, finish_reason: "stop" }] };
    expect(decodeOpenAIChat(body)).toMatchObject({ text: "hi", toolCalls: [], finishReason: "stop", notes: [] });
  });

  test("Gemini's thought signatures are kept by the place of their call", () => {
    const extra = { google: { thought_signature: "signed" } };
    const response = run(
      calls({ ...piece({ index: 0, id: "a", name: "f" }), extra_content: extra }),
      calls(piece({ index: 1, id: "b", name: "g" })),
    );
    expect(response.providerData?.data).toEqual({ tool_call_extra_content: [extra, null] });
  });

  test("the old function_call is noted and not read", () => {
    expect(
      codes(run(chunk({ function_call: { name: "f" } }), chunk({}, { finish_reason: "function_call" }))),
    ).toContain("legacy_function_call");
  });
});

describe("what goes wrong", () => {
  test("ten chunks without choices in a row give one note, nine give none", () => {
    const empty = { ...chunk({}), choices: [] };
    expect(codes(run(chunk({ content: "a" }), ...Array.from({ length: 9 }, () => empty), stop))).toEqual([]);
    expect(codes(run(chunk({ content: "a" }), ...Array.from({ length: 25 }, () => empty), stop))).toEqual([
      "empty_chunks",
    ]);
  });

  test("of several choices the first is read", () => {
    const body = {
      choices: [
        { index: 0, message: { content: "a" } },
        { index: 1, message: { content: "b" } },
      ],
    };
    expect(decodeOpenAIChat(body)).toMatchObject({ text: "a", notes: [{ code: "multiple_choices" }] });
    const other = { ...chunk({}), choices: [{ index: 1, delta: { content: "b" }, finish_reason: "stop" }] };
    expect(run(chunk({ content: "a" }), other)).toMatchObject({ text: "a", complete: false });
  });

  test("an error in mid-stream ends the answer as incomplete", () => {
    const error = { error: { message: "The server is overloaded", type: "server_error", code: 502 } };
    const response = run(chunk({ content: "a" }), { ...error, choices: [{ delta: {}, finish_reason: "error" }] });
    expect(response).toMatchObject({ text: "a", complete: false, error: { kind: "server", status: 502 } });
    expect(response.deltas.at(-1)).toMatchObject({ type: "error" });
    expect(decodeOpenAIChat(error)).toMatchObject({ complete: false, error: { kind: "server" } });
  });

  test("a stream without a finish reason is incomplete unless [DONE] came", () => {
    const assembler = createOpenAIChatAssembler();
    assembler.pushData(JSON.stringify(chunk({ content: "a" })));
    expect(assembler.complete).toBe(false);
    assembler.pushData("[DONE]");
    expect(assembler.finish()).toMatchObject({ text: "a", complete: true, finishReason: "unknown" });
  });

  test("what is no JSON is passed over and counted", () => {
    const assembler = createOpenAIChatAssembler();
    for (const data of ["{", "null", "[1]", '"a"']) expect(assembler.pushData(data)).toEqual([]);
    expect(assembler.finish()).toMatchObject({ complete: false, notes: [{ code: "malformed_event", count: 4 }] });
  });

  test("no input makes it throw", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(fc.jsonValue(), tie("chunk")),
      chunk: fc.record({
        choices: fc.oneof(
          fc.jsonValue(),
          fc.array(fc.record({ index: fc.jsonValue(), delta: tie("delta"), message: tie("delta") })),
        ),
        usage: fc.jsonValue(),
        error: fc.jsonValue(),
      }),
      delta: fc.record({
        content: fc.jsonValue(),
        tool_calls: fc.oneof(fc.jsonValue(), fc.array(fc.record({ index: fc.jsonValue(), function: fc.jsonValue() }))),
        reasoning_details: fc.jsonValue(),
        annotations: fc.jsonValue(),
      }),
    })).any;
    fc.assert(
      fc.property(fc.array(value), (events) => {
        const { response } = assemble(createOpenAIChatAssembler(), events);
        expect(isJson(response)).toBe(true);
        for (const event of events) decodeOpenAIChat(event);
      }),
    );
  });
});
