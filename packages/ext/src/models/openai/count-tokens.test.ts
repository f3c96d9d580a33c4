import {
  AssistantMessage,
  FunctionExecutionResultMessage,
  type Image,
  imageFromBytes,
  type JsonObject,
  type LLMMessage,
  SystemMessage,
  type ToolSchema,
  UserMessage,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { imageTokens, tokensOfSize } from "./image-tokens.ts";
import { OpenAIChatCompletionClient } from "./openai-chat-completion-client.ts";

/** Counts a token for each character, so that the formula shows. */
const tokenizer = (text: string): number => text.length;
const client = new OpenAIChatCompletionClient({ model: "gpt-4o", apiKey: "k", tokenizer });
const count = (messages: readonly LLMMessage[], tools?: readonly ToolSchema[]): number =>
  client.countTokens(messages, { tools });
const tool = (properties: JsonObject): ToolSchema => ({
  name: "abc",
  description: "12345",
  parameters: { type: "object", properties: properties as Record<string, JsonObject> },
});
/** What a tool costs beside its properties: 12 once, name and description less 2, 11. */
const TOOL = 3 + 12 + (3 + 5 - 2) + 11;

function png(width: number, height: number): Image {
  const bytes = new Uint8Array(24);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return imageFromBytes(bytes);
}

describe("images", () => {
  test.each([
    [1, 1, 255],
    [512, 512, 255],
    [2048, 512, 765],
    [2048, 2048, 765],
    [512, 1024, 425],
    [4096, 8192, 1105],
    [1, 100_000, 85],
  ])("%i x %i have %i tokens", (width, height, tokens) => {
    expect(tokensOfSize({ width, height })).toBe(tokens);
    expect(imageTokens(png(width, height))).toBe(tokens);
  });

  test("an image that cannot be read counts as a large one", () => {
    expect(imageTokens(imageFromBytes(Uint8Array.of(1, 2, 3)))).toBe(85 + 170 * 8);
  });
});

describe("messages", () => {
  test("3 each, every value, 1 for a name, 3 for the reply", () => {
    expect(count([])).toBe(3);
    expect(count([SystemMessage({ content: "hello" })])).toBe(3 + 3 + "system".length + 5);
    expect(count([UserMessage({ content: "hello", source: "ann" })])).toBe(3 + 3 + "user".length + 5 + 3 + 1);
    expect(count([AssistantMessage({ content: "hello", thought: "hm", source: "bot" })])).toBe(
      3 + 3 + "assistant".length + 5,
    );
  });

  test("parts, calls and results", () => {
    const parts = UserMessage({ content: ["hi", png(1, 1)], source: "ann" });
    expect(count([parts])).toBe(3 + 3 + 4 + JSON.stringify({ type: "text", text: "hi" }).length + 255 + 3 + 1);
    const calls = AssistantMessage({ content: [{ id: "c", name: "n", arguments: "{}" }], source: "bot" });
    const json = JSON.stringify([{ id: "c", type: "function", function: { name: "n", arguments: "{}" } }]);
    expect(count([calls])).toBe(3 + 3 + 9 + json.length);
    const results = FunctionExecutionResultMessage({
      content: [
        { content: "one", name: "n", callId: "c" },
        { content: "two", name: "n", callId: "d" },
      ],
    });
    expect(count([results])).toBe(3 + 3 + 2 * ("tool".length + 1 + 3));
  });
});

describe("tools", () => {
  test("12 once, name and description less 2, 11 with properties and 9 with none", () => {
    expect(count([], [{ name: "abc" }])).toBe(3 + 12 + 1);
    expect(count([], [tool({})])).toBe(TOOL - 2);
    expect(count([], [tool({}), tool({})])).toBe(3 + 12 + 2 * (6 + 9));
  });

  test.each([
    [{ type: "string", description: "xy" }, 2 + 6 + 2 + 2],
    [{ title: "abc", default: { a: 1 } }, 2 + 3 + 2 + '{"a":1}'.length],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, -3 + 3 + 6 + 3 + 4],
    [{ enum: ["a", "bb"] }, -3 + 3 + 1 + 3 + 2],
    [{ items: { type: "string" }, minLength: 3 }, 0],
  ])("a property of %j adds %i", (schema, tokens) => {
    expect(count([], [tool({ p: schema })])).toBe(TOOL + 1 + tokens);
  });

  test.each([
    [{ $ref: "#/$defs/x" }, 0],
    [{ type: ["string", "null"] }, 2 + '["string","null"]'.length],
    [{ enum: [1, 22, null, true] }, -3 + 4 * 3 + 1 + 2 + 4 + 4],
    [{ anyOf: [{ $ref: "#/$defs/x" }, { anyOf: [{ type: "string" }] }, true] }, -3 + 9 + 20 + 29 + 4],
    [{ anyOf: "nonsense", enum: 7, description: 5 }, 2 + 1],
  ])("what the formula does not foresee, %j, never fails", (schema, tokens) => {
    expect(count([], [tool({ p: schema })])).toBe(TOOL + 1 + tokens);
  });
});

test("without a tokenizer it is an estimate, also of a conversation that cannot be sent", () => {
  const plain = new OpenAIChatCompletionClient({ model: "gemini-1.5-flash", apiKey: "k" });
  const messages = [
    SystemMessage({ content: "a" }),
    UserMessage({ content: "b", source: "u" }),
    SystemMessage({ content: "c" }),
  ];
  expect(plain.countTokens(messages)).toBeGreaterThan(12);
  expect(plain.countTokens([])).toBe(3);
});
