import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assemble, countedIds } from "../../test/agreement.ts";
import type { AssembledResponse } from "../response/assembled-response.ts";
import type { Delta } from "../response/delta.ts";
import { createOpenAIResponsesAssembler } from "./assembler.ts";
import { decodeOpenAIResponses } from "./decode.ts";

type Json = Record<string, unknown>;

const at = { output_index: 0, item_id: "i" };
const created = {
  type: "response.created",
  response: { id: "resp_1", model: "gpt-5", status: "in_progress", output: [] },
};

function run(...events: readonly unknown[]): AssembledResponse & { deltas: readonly Delta[] } {
  const { response, deltas } = assemble(createOpenAIResponsesAssembler(countedIds()), events);
  return { ...response, deltas };
}

const over = (response: Json): Json => ({
  type: `response.${String(response["status"])}`,
  response: { id: "resp_1", model: "gpt-5", output: [], ...response },
});

describe("answers", () => {
  test("why it stopped is the status, or what made it incomplete", () => {
    expect(decodeOpenAIResponses({ status: "completed", output: [] }).finishReason).toBe("stop");
    const incomplete = (reason: string): Json => ({ status: "incomplete", incomplete_details: { reason }, output: [] });
    expect(decodeOpenAIResponses(incomplete("max_output_tokens"))).toMatchObject({
      finishReason: "length",
      complete: true,
    });
    expect(decodeOpenAIResponses(incomplete("content_filter")).finishReason).toBe("content_filter");
  });

  test("calls make the finish reason function_calls, which is nothing to note", () => {
    const output = [{ type: "function_call", call_id: "c", name: "f", arguments: "{}" }];
    expect(decodeOpenAIResponses({ status: "completed", output })).toMatchObject({
      finishReason: "function_calls",
      notes: [],
    });
  });

  test("a refusal is kept apart", () => {
    const output = [{ type: "message", content: [{ type: "refusal", refusal: "No." }] }];
    expect(decodeOpenAIResponses({ status: "completed", output })).toMatchObject({
      refusal: "No.",
      finishReason: "content_filter",
    });
    const response = run(
      created,
      { type: "response.refusal.delta", ...at, content_index: 0, delta: "No." },
      over({ status: "completed" }),
    );
    expect(response).toMatchObject({ refusal: "No.", text: "", finishReason: "content_filter" });
  });

  test("several parts of reasoning are set apart, in deltas as in the answer", () => {
    const summary = ["One.", "Two."].map((text) => ({ type: "summary_text", text }));
    const item = { type: "reasoning", id: "rs", summary, encrypted_content: "sealed" };
    const part = (summary_index: number): Json => ({
      type: "response.reasoning_summary_text.delta",
      ...at,
      summary_index,
      delta: summary[summary_index]?.text,
    });
    const response = run(
      created,
      part(0),
      part(1),
      { type: "response.output_item.done", ...at, item },
      over({ status: "completed" }),
    );
    expect(response.thinking).toBe("One.\n\nTwo.");
    expect(response.deltas).toEqual([
      { type: "thinking", text: "One." },
      { type: "thinking", text: "\n\nTwo." },
      { type: "thinking-end" },
    ]);
    expect(response.providerData?.data).toEqual({ output: [item] });
  });

  test("a server that sends items but no deltas gives one delta for each", () => {
    const message = { type: "message", content: [{ type: "output_text", text: "Hello", annotations: [] }] };
    const call = { type: "function_call", call_id: "", name: "f", arguments: '{"a":1}' };
    const response = run(
      created,
      { type: "response.output_item.done", output_index: 0, item: message },
      { type: "response.output_item.done", output_index: 1, item: call },
      over({ status: "completed" }),
    );
    expect(response.deltas).toEqual([
      { type: "text", text: "Hello" },
      { type: "tool-call-start", index: 0, id: "made_0", name: "f" },
      { type: "tool-call-arguments", index: 0, text: '{"a":1}' },
    ]);
    expect(response.toolCalls).toEqual([{ id: "made_0", name: "f", arguments: '{"a":1}' }]);
  });
});

describe("what goes wrong", () => {
  const failure = { code: "rate_limit_exceeded", message: "Slow down." };

  test("an error event and a failed response end the answer as incomplete", () => {
    expect(run(created, { type: "error", ...failure, sequence_number: 1 })).toMatchObject({
      complete: false,
      error: { kind: "rate_limit", retryable: true, message: "Slow down." },
    });
    const failed = run(created, over({ status: "failed", error: failure }));
    expect(failed).toMatchObject({ complete: false, error: { kind: "rate_limit" } });
    expect(failed.deltas).toMatchObject([{ type: "error", error: { kind: "rate_limit" } }]);
  });

  test("a stream that was cut gives the text that came", () => {
    const response = run(created, { type: "response.output_text.delta", ...at, content_index: 0, delta: "Hal" });
    expect(response).toMatchObject({ id: "resp_1", text: "Hal", complete: false });
  });

  test("unknown events are passed over and counted", () => {
    const response = run(
      created,
      { type: "response.future" },
      { type: "response.future" },
      "x",
      over({ status: "completed" }),
    );
    expect(response.notes.map(({ code, count }) => [code, count])).toEqual([
      ["unknown_event", 2],
      ["malformed_event", 1],
      ["empty_result", 1],
    ]);
  });

  test("no input makes it throw", () => {
    const names = [
      "output_item.added",
      "output_item.done",
      "output_text.delta",
      "function_call_arguments.delta",
      "reasoning_text.delta",
      "completed",
    ];
    const item = fc.record({
      type: fc.constantFrom("message", "function_call", "reasoning"),
      content: fc.jsonValue(),
      arguments: fc.jsonValue(),
      summary: fc.jsonValue(),
    });
    const event = fc.record({
      type: fc.constantFrom(...names.map((name) => `response.${name}`)),
      output_index: fc.oneof(fc.nat(3), fc.jsonValue()),
      content_index: fc.oneof(fc.nat(3), fc.jsonValue()),
      item: fc.oneof(item, fc.jsonValue()),
      delta: fc.oneof(fc.string(), fc.jsonValue()),
      response: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(event, fc.jsonValue())), (events) => {
        const { response } = assemble(createOpenAIResponsesAssembler(), events);
        expect(response.complete).toBeTypeOf("boolean");
        for (const given of events) decodeOpenAIResponses(given);
      }),
    );
  });
});
