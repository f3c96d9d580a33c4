import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assemble, countedIds, isJson } from "../../test/agreement.ts";
import type { AssembledResponse } from "../response/assembled-response.ts";
import type { Delta } from "../response/delta.ts";
import { createAnthropicAssembler, decodeAnthropic } from "./assembler.ts";

type Json = Record<string, unknown>;

const start = {
  type: "message_start",
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude",
    content: [],
    usage: { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 4, cache_creation_input_tokens: 6 },
  },
};
const open = (index: number, content_block: Json): Json => ({ type: "content_block_start", index, content_block });
const add = (index: number, delta: Json): Json => ({ type: "content_block_delta", index, delta });
const close = (index: number): Json => ({ type: "content_block_stop", index });
const end = (stop_reason: string, more: Json = {}): Json[] => [
  { type: "message_delta", delta: { stop_reason, stop_sequence: null, ...more }, usage: { output_tokens: 7 } },
  { type: "message_stop" },
];

function run(...events: readonly unknown[]): AssembledResponse & { deltas: readonly Delta[] } {
  const { response, deltas } = assemble(createAnthropicAssembler(countedIds()), events);
  return { ...response, deltas };
}

const tool = { type: "tool_use", id: "toolu_1", name: "search", input: {} };

describe("tool calls", () => {
  test("input without any JSON is an empty object", () => {
    const response = run(
      start,
      open(0, tool),
      add(0, { type: "input_json_delta", partial_json: "" }),
      close(0),
      ...end("tool_use"),
    );
    expect(response.toolCalls).toEqual([{ id: "toolu_1", name: "search", arguments: "{}" }]);
    expect(response).toMatchObject({ finishReason: "function_calls", rawFinishReason: "tool_use", notes: [] });
  });

  test("split input is joined; its spelling is that of a whole answer", () => {
    const parts = ['{"q', 'uery": "a', ' b"}'].map((partial_json) =>
      add(0, { type: "input_json_delta", partial_json }),
    );
    const response = run(start, open(0, tool), ...parts, close(0), ...end("tool_use"));
    expect(response.toolCalls[0]?.arguments).toBe('{"query":"a b"}');
    expect(response.deltas.slice(1).map((delta) => (delta.type === "tool-call-arguments" ? delta.text : ""))).toEqual([
      '{"q',
      'uery": "a',
      ' b"}',
    ]);
  });

  test("a call that was cut keeps what came of its input", () => {
    const response = run(start, open(0, tool), add(0, { type: "input_json_delta", partial_json: '{"q' }));
    expect(response).toMatchObject({ complete: false, toolCalls: [{ arguments: '{"q' }] });
  });

  test("input that a server sends whole at the start is read", () => {
    const response = run(start, open(0, { ...tool, input: { a: 1 } }), close(0), ...end("tool_use"));
    expect(response.toolCalls[0]?.arguments).toBe('{"a":1}');
  });

  test("an empty id is replaced", () => {
    const response = run(start, open(0, { ...tool, id: "" }), close(0), ...end("tool_use"));
    expect(response).toMatchObject({ toolCalls: [{ id: "made_0" }], notes: [{ code: "missing_tool_call_id" }] });
  });
});

describe("thinking", () => {
  const thinking = [
    open(0, { type: "thinking", thinking: "", signature: "" }),
    add(0, { type: "thinking_delta", thinking: "Let me " }),
    add(0, { type: "thinking_delta", thinking: "see." }),
    add(0, { type: "signature_delta", signature: "signed" }),
    close(0),
  ];

  test("signed blocks are kept unchanged and in their order", () => {
    const hidden = { type: "redacted_thinking", data: "secret" };
    const response = run(start, ...thinking, open(1, hidden), close(1), open(2, tool), close(2), ...end("tool_use"));
    expect(response.thinking).toBe("Let me see.");
    expect(response.providerData).toEqual({
      protocol: "anthropic",
      data: { content: [{ type: "thinking", thinking: "Let me see.", signature: "signed" }, hidden, tool] },
    });
    expect(response.deltas.map((delta) => delta.type)).toEqual([
      "thinking",
      "thinking",
      "thinking-end",
      "tool-call-start",
    ]);
  });

  test("text and calls alone need nothing kept", () => {
    const text = [open(0, { type: "text", text: "" }), add(0, { type: "text_delta", text: "Hi" }), close(0)];
    expect(run(start, ...text, open(1, tool), close(1), ...end("tool_use")).providerData).toBeUndefined();
  });
});

describe("the end", () => {
  test.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["refusal", "content_filter"],
    ["model_context_window_exceeded", "length"],
    ["pause_turn", "unknown"],
  ])("stop reason %s means %s", (raw, finishReason) => {
    expect(run(start, ...end(raw))).toMatchObject({ finishReason, rawFinishReason: raw, complete: true });
  });

  test("usage of the start is overlaid by the cumulative one of the end; cache tokens are part of the input", () => {
    expect(run(start, ...end("end_turn")).usage).toMatchObject({
      inputTokens: 20,
      cacheReadTokens: 4,
      cacheWriteTokens: 6,
      outputTokens: 7,
    });
  });

  test("an explanation of a refusal is the refusal", () => {
    const details = { stop_details: { type: "refusal", explanation: "Not this." } };
    expect(run(start, ...end("refusal", details))).toMatchObject({
      refusal: "Not this.",
      finishReason: "content_filter",
    });
  });

  test("the container of the code tool is kept", () => {
    const response = run(start, ...end("end_turn", { container: { id: "container_1" } }));
    expect(response.providerData?.data).toMatchObject({ container: "container_1" });
  });
});

describe("what goes wrong", () => {
  const overloaded = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };

  test("an error in mid-stream ends the answer as incomplete", () => {
    const response = run(
      start,
      open(0, { type: "text", text: "" }),
      add(0, { type: "text_delta", text: "a" }),
      overloaded,
    );
    expect(response).toMatchObject({ text: "a", complete: false, error: { kind: "overloaded", retryable: true } });
    expect(decodeAnthropic(overloaded)).toMatchObject({ complete: false, error: { kind: "overloaded" } });
  });

  test("unknown events, blocks and deltas are passed over and counted; blocks are kept", () => {
    const odd = { type: "hologram", beam: 1 };
    const response = run(
      start,
      { type: "future" },
      { type: "future" },
      open(0, odd),
      add(0, { type: "beam_delta" }),
      ...end("end_turn"),
    );
    expect(response.notes).toEqual([
      { code: "unknown_event", detail: 'event "future"', count: 2 },
      { code: "unknown_event", detail: 'block "hologram"', count: 1 },
      { code: "unknown_event", detail: 'delta "beam_delta"', count: 1 },
      { code: "empty_result", detail: expect.any(String) as string, count: 1 },
    ]);
    expect(response.providerData?.data).toEqual({ content: [odd] });
  });

  test("a delta of a block that never started is read all the same", () => {
    expect(run(start, add(0, { type: "text_delta", text: "a" }), ...end("end_turn")).text).toBe("a");
  });

  test("a body that is no message is incomplete", () => {
    for (const body of [undefined, null, "text", [], {}]) expect(decodeAnthropic(body).complete).toBe(false);
  });

  test("no input makes it throw", () => {
    const type = fc.constantFrom(
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "error",
    );
    const block = fc.record({
      type: fc.constantFrom("text", "thinking", "tool_use", "x"),
      text: fc.jsonValue(),
      input: fc.jsonValue(),
      citations: fc.jsonValue(),
    });
    const delta = fc.record({
      type: fc.constantFrom("text_delta", "input_json_delta", "citations_delta"),
      partial_json: fc.jsonValue(),
      citation: fc.jsonValue(),
    });
    const event = fc.record(
      {
        type,
        index: fc.jsonValue(),
        content_block: fc.oneof(block, fc.jsonValue()),
        delta: fc.oneof(delta, fc.jsonValue()),
        message: fc.jsonValue(),
        usage: fc.jsonValue(),
        error: fc.jsonValue(),
      },
      { requiredKeys: ["type"] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(event, fc.jsonValue())), (events) => {
        const { response } = assemble(createAnthropicAssembler(), events);
        expect(isJson(response)).toBe(true);
        for (const given of events) decodeAnthropic(given);
      }),
    );
  });
});
