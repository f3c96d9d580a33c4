import { expect, test } from "vitest";
import { assemble, countedIds } from "../../test/agreement.ts";
import { createOllamaAssembler, decodeOllama } from "./assembler.ts";

const line = (message: object, more: object = {}): object => ({
  model: "llama3.2",
  created_at: "2025-01-01T00:00:00Z",
  message: { role: "assistant", content: "", ...message },
  done: false,
  ...more,
});
const end = line({}, { done: true, done_reason: "stop", prompt_eval_count: 10, eval_count: 12 });

test("text is assembled with its usage", () => {
  const { response, deltas } = assemble(createOllamaAssembler(), [
    line({ content: "Hello" }),
    line({ content: " you" }),
    end,
  ]);
  expect(response).toMatchObject({ text: "Hello you", finishReason: "stop", complete: true, notes: [] });
  expect(response.usage).toMatchObject({ inputTokens: 10, outputTokens: 12 });
  expect(deltas).toEqual([
    { type: "text", text: "Hello" },
    { type: "text", text: " you" },
  ]);
});

test("parallel calls get distinct ids; text and thinking stay", () => {
  const call = (city: string): object => ({ function: { name: "weather", arguments: { city } } });
  const message = { thinking: "Hm.", content: "I look.", tool_calls: [call("Paris"), call("Rome")] };
  const expected = {
    text: "I look.",
    thinking: "Hm.",
    finishReason: "function_calls",
    rawFinishReason: "stop",
    toolCalls: [
      { id: "made_0", name: "weather", arguments: '{"city":"Paris"}' },
      { id: "made_1", name: "weather", arguments: '{"city":"Rome"}' },
    ],
    notes: [],
  };
  expect(assemble(createOllamaAssembler(countedIds()), [line(message), end]).response).toMatchObject(expected);
  expect(decodeOllama({ ...end, ...line(message, { done: true, done_reason: "stop" }) }, countedIds())).toMatchObject(
    expected,
  );
});

test("length means length, and a stream without its last line is incomplete", () => {
  expect(decodeOllama({ ...end, done_reason: "length" }).finishReason).toBe("length");
  expect(assemble(createOllamaAssembler(), [line({ content: "a" })]).response).toMatchObject({
    text: "a",
    complete: false,
  });
});

test("an error line ends the answer as incomplete", () => {
  const { response } = assemble(createOllamaAssembler(), [line({ content: "a" }), { error: "model runner stopped" }]);
  expect(response).toMatchObject({ complete: false, error: { kind: "server", message: "model runner stopped" } });
});
