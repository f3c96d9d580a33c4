import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countedIds } from "../../test/agreement.ts";
import { createOpenAIChatAssembler, decodeOpenAIChat, type Protocol } from "../index.ts";
import { createStreamBody, type StreamBody } from "./index.ts";

type Event = Record<string, unknown>;

function taken(protocol: Protocol, ...events: readonly unknown[]): StreamBody {
  const stream = createStreamBody(protocol);
  for (const event of events) stream.push(typeof event === "string" ? event : JSON.stringify(event));
  return stream;
}

describe("chat completions", () => {
  const chunk = (delta: Event, more: Event = {}): Event => ({
    id: "c",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: null }],
    ...more,
  });

  test("two choices in one stream are kept apart, each with its calls", () => {
    const piece = (index: number, delta: Event): Event => ({ choices: [{ index, delta }] });
    const call = (given: Event): Event => ({ tool_calls: [{ index: 0, ...given }] });
    const stream = taken(
      "openai-chat",
      piece(1, call({ id: "b", type: "function", function: { name: "g", arguments: "" } })),
      piece(0, { content: "He" }),
      piece(1, call({ function: { arguments: '{"x"' } })),
      piece(0, { content: "llo" }),
      piece(1, call({ function: { arguments: ": 1}" } })),
    );
    expect(stream.body()).toEqual({
      choices: [
        { index: 0, message: { content: "Hello" } },
        {
          index: 1,
          message: { tool_calls: [{ id: "b", type: "function", function: { name: "g", arguments: '{"x": 1}' } }] },
        },
      ],
    });
  });

  test("members that nobody knows stay, padding goes, usage is that of the last chunk", () => {
    const stream = taken(
      "openai-chat",
      { id: "", model: "", choices: [], prompt_filter_results: [1] },
      chunk({ role: "assistant", content: "" }, { model: "m", obfuscation: "xx", usage: null, provider: "P" }),
      chunk({ content: "a", reasoning_details: [{ type: "reasoning.text", index: 0, text: "h" }] }),
      chunk({ content: "b", reasoning_details: [{ type: "reasoning.text", index: 0, text: "m", signature: "s" }] }),
      chunk({ refusal: "No", shape: { at: 1 } }, { usage: { prompt_tokens: 1 } }),
      { choices: [{ index: 0, delta: { refusal: "!" }, finish_reason: "stop", odd: 1 }], usage: { prompt_tokens: 2 } },
    );
    expect(stream.complete).toBe(true);
    expect(stream.ended).toBe(false);
    expect(stream.body()).toEqual({
      id: "c",
      model: "m",
      object: "chat.completion",
      prompt_filter_results: [1],
      provider: "P",
      usage: { prompt_tokens: 2 },
      choices: [
        {
          index: 0,
          finish_reason: "stop",
          odd: 1,
          message: {
            role: "assistant",
            content: "ab",
            refusal: "No!",
            shape: { at: 1 },
            reasoning_details: [{ type: "reasoning.text", index: 0, text: "hm", signature: "s" }],
          },
        },
      ],
    });
  });

  test("log probabilities of all chunks are one list", () => {
    const with_ = (logprobs: unknown): Event => ({ choices: [{ index: 0, delta: {}, logprobs }] });
    const stream = taken("openai-chat", with_({ content: [1], refusal: null }), with_(null), with_({ content: [2] }));
    expect(stream.body()).toMatchObject({ choices: [{ logprobs: { content: [1, 2], refusal: null } }] });
  });

  test("thinking in parts, Groq's usage and tools, speech", () => {
    const part = (text: string): Event => ({ type: "thinking", thinking: [{ type: "text", text }] });
    const stream = taken(
      "openai-chat",
      chunk({ content: [part("Hm")], executed_tools: [{ index: 0, type: "search" }], audio: { id: "a", data: "AA" } }),
      chunk({ content: [part("m.")], executed_tools: [{ index: 0, output: "x" }], audio: { data: "BB" } }),
      chunk({ content: "Yes" }, { x_groq: { usage: { prompt_tokens: 3 } } }),
    );
    expect(stream.body()).toMatchObject({
      usage: { prompt_tokens: 3 },
      choices: [
        {
          message: {
            content: [part("Hmm."), { type: "text", text: "Yes" }],
            executed_tools: [{ index: 0, type: "search", output: "x" }],
            audio: { id: "a", data: "AABB" },
          },
        },
      ],
    });
  });

  test("an error in mid-stream stands beside what came; a stream that was cut is not complete", () => {
    const stream = taken("openai-chat", chunk({ content: "a" }), { error: { message: "Overloaded" } });
    expect(stream.body()).toMatchObject({ error: { message: "Overloaded" }, choices: [{ message: { content: "a" } }] });
    expect(stream).toMatchObject({ complete: false, ended: false, frames: 2 });
    expect(taken("openai-chat", "[DONE]")).toMatchObject({ complete: true, ended: true, frames: 1 });
  });

  test("pieces of tool calls, however odd, become the calls that the assembler makes of them", () => {
    const piece = fc.record(
      {
        index: fc.constantFrom(0, 0, 1, 2),
        id: fc.constantFrom("a", "b", ""),
        function: fc.record(
          { name: fc.constantFrom("f", "g", ""), arguments: fc.constantFrom("", "{}", '{"x":', "1}") },
          { requiredKeys: [] },
        ),
        custom: fc.record({ name: fc.constant("h"), input: fc.constantFrom("", "x") }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 3 }), { maxLength: 6 }), (given) => {
        const chunks = given.map((tool_calls) => chunk({ tool_calls }));
        const assembler = createOpenAIChatAssembler(countedIds());
        for (const event of chunks) assembler.push(event);
        const body = taken("openai-chat", ...chunks).body();
        expect(decodeOpenAIChat(body, countedIds()).toolCalls).toEqual(assembler.finish().toolCalls);
      }),
      { numRuns: 500 },
    );
  });
});

describe("Anthropic messages", () => {
  const open = (index: number, content_block: Event): Event => ({ type: "content_block_start", index, content_block });
  const add = (index: number, delta: Event): Event => ({ type: "content_block_delta", index, delta });
  const json = (partial_json: string): Event => ({ type: "input_json_delta", partial_json });
  const start = {
    type: "message_start",
    message: { id: "m", content: [], stop_reason: null, usage: { input_tokens: 3 } },
  };

  test("every kind of delta has its place", () => {
    const stream = taken(
      "anthropic",
      start,
      { type: "ping" },
      open(0, { type: "thinking", thinking: "", signature: "" }),
      add(0, { type: "thinking_delta", thinking: "Hm" }),
      add(0, { type: "signature_delta", signature: "sig" }),
      open(1, { type: "text", text: "", citations: [] }),
      add(1, { type: "citations_delta", citation: { url: "u" } }),
      add(1, { type: "text_delta", text: "Hi" }),
      open(2, { type: "tool_use", id: "t", name: "f", input: {} }),
      add(2, json('{"a"')),
      add(2, json(": [1]}")),
      open(3, { type: "tool_use", id: "u", name: "g", input: {} }),
      add(3, json("")),
      open(4, { type: "compaction", content: null }),
      add(4, { type: "compaction_delta", content: "short" }),
      {
        type: "message_delta",
        delta: { stop_reason: "tool_use", stop_sequence: null },
        usage: { output_tokens: 7, cache_read_input_tokens: null },
        context_management: { applied_edits: [] },
      },
      { type: "message_stop" },
    );
    expect(stream.body()).toEqual({
      id: "m",
      content: [
        { type: "thinking", thinking: "Hm", signature: "sig" },
        { type: "text", text: "Hi", citations: [{ url: "u" }] },
        { type: "tool_use", id: "t", name: "f", input: { a: [1] } },
        { type: "tool_use", id: "u", name: "g", input: {} },
        { type: "compaction", content: "short" },
      ],
      stop_reason: "tool_use",
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 7 },
      context_management: { applied_edits: [] },
    });
    expect(stream).toMatchObject({ complete: true, ended: true, frames: 17 });
  });

  test("input that is no JSON stays the text that came", () => {
    const stream = taken("anthropic", start, open(0, { type: "tool_use", input: {} }), add(0, json('{"a')));
    expect(stream.body()).toMatchObject({ content: [{ type: "tool_use", input: '{"a' }] });
    expect(stream.complete).toBe(false);
  });

  test("an error alone is the body; in a message it stands beside what came", () => {
    const error = { type: "error", error: { type: "overloaded_error", message: "Later" } };
    expect(taken("anthropic", error).body()).toEqual(error);
    expect(taken("anthropic", start, error).body()).toMatchObject({ id: "m", error: error.error });
    const named = createStreamBody("anthropic");
    named.push('{"error":{"message":"No"}}', "error");
    expect(named.body()).toEqual({ type: "error", error: { message: "No" } });
  });
});

describe("responses", () => {
  const item = (output_index: number, event: Event): Event => ({ output_index, ...event });

  test("the payload of the last event is the body", () => {
    const whole = { id: "r", status: "completed", output: [{ type: "message" }], usage: { input_tokens: 1 } };
    const stream = taken(
      "openai-responses",
      { type: "response.created", response: { id: "r", status: "in_progress", output: [] } },
      item(0, { type: "response.output_item.added", item: { type: "message", content: [] } }),
      { type: "response.completed", response: whole },
    );
    expect(stream.body()).toEqual(whole);
    expect(stream).toMatchObject({ complete: true, ended: true });
  });

  test("before it, what had come", () => {
    const stream = taken(
      "openai-responses",
      { type: "response.created", response: { id: "r", status: "in_progress", output: [] } },
      item(1, { type: "response.output_item.added", item: { type: "function_call", call_id: "c", arguments: "" } }),
      item(1, { type: "response.function_call_arguments.delta", delta: '{"a' }),
      item(0, { type: "response.output_item.added", item: { type: "message", content: [] } }),
      item(0, {
        type: "response.content_part.added",
        content_index: 0,
        part: { type: "output_text", text: "", annotations: [] },
      }),
      item(0, { type: "response.output_text.delta", content_index: 0, delta: "Hel" }),
      item(0, { type: "response.output_text.delta", content_index: 0, delta: "lo" }),
      item(0, { type: "response.output_text.annotation.added", content_index: 0, annotation: { url: "u" } }),
      item(2, { type: "response.reasoning_summary_text.delta", summary_index: 0, delta: "Hm" }),
      item(3, { type: "response.code_interpreter_call_code.delta", delta: "1+1" }),
      { type: "error", code: "server_error", message: "Broken", sequence_number: 9 },
    );
    expect(stream.body()).toEqual({
      id: "r",
      status: "in_progress",
      output: [
        { type: "message", content: [{ type: "output_text", text: "Hello", annotations: [{ url: "u" }] }] },
        { type: "function_call", call_id: "c", arguments: '{"a' },
        { type: "reasoning", summary: [{ type: "summary_text", text: "Hm" }] },
        { type: "code_interpreter_call", code: "1+1" },
      ],
      error: { code: "server_error", message: "Broken" },
    });
    expect(stream).toMatchObject({ complete: false, ended: false });
  });
});

test("Gemini: text that goes on is one part, signed parts and others stay; the last usage and grounding count", () => {
  const event = (parts: readonly Event[], more: Event = {}, candidate: Event = {}): Event => ({
    candidates: [{ index: 0, content: { role: "model", parts }, ...candidate }],
    ...more,
  });
  const stream = taken(
    "gemini",
    event([{ text: "H", thought: true }], { usageMetadata: { promptTokenCount: 1 }, responseId: "r" }),
    [event([{ text: "m", thought: true }])],
    event([{ text: "He" }]),
    event([{ text: "llo" }, { functionCall: { name: "f", args: {} } }], {}, { groundingMetadata: { a: 1 } }),
    event(
      [{ text: "", thoughtSignature: "s" }],
      { usageMetadata: { promptTokenCount: 2 } },
      { finishReason: "STOP", groundingMetadata: {} },
    ),
  );
  expect(stream.body()).toEqual({
    candidates: [
      {
        index: 0,
        content: {
          role: "model",
          parts: [
            { text: "Hm", thought: true },
            { text: "Hello" },
            { functionCall: { name: "f", args: {} } },
            { text: "", thoughtSignature: "s" },
          ],
        },
        groundingMetadata: { a: 1 },
        finishReason: "STOP",
      },
    ],
    usageMetadata: { promptTokenCount: 2 },
    responseId: "r",
  });
  expect(stream.complete).toBe(true);
  expect(taken("gemini", { promptFeedback: { blockReason: "SAFETY" } }).complete).toBe(true);
});

test("Ollama: texts go on, calls add up, the last line's counts are those of the answer", () => {
  const line = (message: Event, more: Event = {}): Event => ({ model: "m", message, done: false, ...more });
  const stream = taken(
    "ollama",
    line({ role: "assistant", content: "He", thinking: "H" }),
    line({ role: "assistant", content: "", thinking: "m", tool_calls: [{ function: { name: "f" } }] }),
    line({ role: "assistant", content: "llo", tool_calls: [{ function: { name: "g" } }] }),
    line({ role: "assistant", content: "" }, { done: true, done_reason: "stop", eval_count: 3 }),
  );
  expect(stream.body()).toEqual({
    model: "m",
    message: {
      role: "assistant",
      content: "Hello",
      thinking: "Hm",
      tool_calls: [{ function: { name: "f" } }, { function: { name: "g" } }],
    },
    done: true,
    done_reason: "stop",
    eval_count: 3,
  });
  expect(stream).toMatchObject({ complete: true, ended: true });
});

test("what is no JSON object changes nothing, and nothing gives no body", () => {
  for (const protocol of ["openai-chat", "openai-responses", "anthropic", "gemini", "ollama"] as const) {
    const stream = taken(protocol, "", "{", "[1]", "null", '"x"', "7");
    expect([stream.frames, stream.body(), stream.complete, stream.ended]).toEqual([6, undefined, false, false]);
  }
});
