import { imageFromBytes, type FunctionCall, type FunctionExecutionResult, type LLMMessage } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { contentToStr, removeImages } from "./model-content.ts";

const image = imageFromBytes(new Uint8Array([0xff, 0xd8, 0xff, 0]));
const call: FunctionCall = { id: "1", name: "search", arguments: '{"q":"x"}' };
const result: FunctionExecutionResult = { content: "found", name: "search", callId: "1", isError: false };

describe("the text of a content", () => {
  test.each([
    ["text", "as it is", "as it is"],
    ["text and images", ["see", image, "and", image], "see\n<image>\nand\n<image>"],
    ["calls", [call], '{"id":"1","arguments":"{\\"q\\":\\"x\\"}","name":"search"}'],
    ["results", [result], '{"content":"found","name":"search","call_id":"1","is_error":false}'],
    ["nothing", [], ""],
  ])("of %s", (_, content, text) => {
    expect(contentToStr(content)).toBe(text);
  });
});

test("messages without their images; what has none stays the same object", () => {
  const messages: LLMMessage[] = [
    { type: "SystemMessage", content: "be kind" },
    { type: "UserMessage", content: ["what is", image], source: "user" },
    { type: "UserMessage", content: "text", source: "user" },
    { type: "AssistantMessage", content: [call], source: "a" },
  ];
  const seen = removeImages(messages);
  expect(seen[1]).toEqual({ type: "UserMessage", content: "what is\n<image>", source: "user" });
  for (const index of [0, 2, 3]) expect(seen[index]).toBe(messages[index]);
});
