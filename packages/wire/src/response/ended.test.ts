import { expect, test } from "vitest";
import { anthropicEventsOf, responsesEventsOf } from "../../test/as-stream.ts";
import { createAnthropicAssembler } from "../anthropic/assembler.ts";
import { createGeminiAssembler } from "../gemini/assembler.ts";
import { createOllamaAssembler } from "../ollama/assembler.ts";
import { createOpenAIChatAssembler } from "../openai-chat/assembler.ts";
import { createOpenAIResponsesAssembler } from "../openai-responses/assembler.ts";

const message = { content: [{ type: "text", text: "Hi" }], stop_reason: "end_turn", usage: { output_tokens: 1 } };
const output = [{ type: "message", id: "m", content: [{ type: "output_text", text: "Hi" }] }];

test.each([
  ["Anthropic's message_stop", createAnthropicAssembler(), anthropicEventsOf(message)],
  ["a response's last event", createOpenAIResponsesAssembler(), responsesEventsOf({ status: "completed", output })],
  ["an incomplete response's", createOpenAIResponsesAssembler(), responsesEventsOf({ status: "incomplete", output })],
  ["Ollama's done", createOllamaAssembler(), [{ message: { content: "Hi" } }, { message: {}, done: true }]],
])("a stream has ended at %s, and not before", (_name, assembler, events) => {
  for (const event of events) {
    expect(assembler.ended).toBe(false);
    assembler.push(event);
  }
  expect(assembler.ended).toBe(true);
});

test("a finish reason ends no chat completion: its usage comes after", () => {
  const assembler = createOpenAIChatAssembler();
  assembler.push({ choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }] });
  expect([assembler.complete, assembler.ended]).toEqual([true, false]);
});

test.each([
  createOpenAIChatAssembler(),
  createOpenAIResponsesAssembler(),
  createAnthropicAssembler(),
  createGeminiAssembler(),
])("[DONE] ends the stream of any server that sends it", (assembler) => {
  expect(assembler.pushData("[DONE]")).toEqual([]);
  expect(assembler.ended).toBe(true);
  expect(assembler.finish().notes.filter(({ code }) => code === "malformed_event")).toEqual([]);
});
