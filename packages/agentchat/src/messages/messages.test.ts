import { imageFromBase64, type JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import * as make from "./factories.ts";
import { MessageRegistry } from "./registry.ts";
import type { StreamItem } from "./types.ts";

const PIXEL = imageFromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
);
const registry = new MessageRegistry();
const source = "agent";
const call = { id: "1", name: "f", arguments: "{}" };
const result = { content: "c", name: "f", callId: "1", isError: false };

const EVERY_KIND: readonly StreamItem[] = [
  make.TextMessage({
    source,
    content: "text",
    metadata: { k: "v" },
    modelsUsage: { promptTokens: 1, completionTokens: 2 },
  }),
  make.StopMessage({ source, content: "stop" }),
  make.HandoffMessage({
    source,
    content: "over",
    target: "b",
    context: [{ type: "AssistantMessage", content: [call], source, thought: "hm" }],
  }),
  make.ToolCallSummaryMessage({ source, content: "c", toolCalls: [call], results: [result] }),
  make.MultiModalMessage({ source, content: ["a", PIXEL] }),
  make.ToolCallRequestEvent({ source, content: [call] }),
  make.ToolCallExecutionEvent({ source, content: [result] }),
  make.CodeGenerationEvent({ source, retryAttempt: 1, content: "x", codeBlocks: [{ code: "x\n", language: "sh" }] }),
  make.CodeExecutionEvent({ source, retryAttempt: 1, result: { exitCode: 1, output: "o" } }),
  make.UserInputRequestedEvent({ source, requestId: "r" }),
  make.MemoryQueryEvent({ source, content: [{ content: "m", mimeType: "text/plain", metadata: { k: [1, null] } }] }),
  make.ModelClientStreamingChunkEvent({ source, content: "", fullMessageId: "m" }),
  make.ThoughtEvent({ source, content: "hm" }),
  make.SelectSpeakerEvent({ source, content: ["a", "b"] }),
  make.SelectorEvent({ source, content: "a" }),
];

describe("every message and event", () => {
  test("two messages with equal content have different UUID ids; given ids are kept", () => {
    const [a, b] = [make.TextMessage({ source, content: "same" }), make.TextMessage({ source, content: "same" })];
    expect(a.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(a.id).not.toBe(b.id);
    expect(make.TextMessage({ source, content: "x", id: "mine" }).id).toBe("mine");
  });

  test("a chunk's id is not its full message id", () => {
    const chunk = make.ModelClientStreamingChunkEvent({ source, content: "x", fullMessageId: "m" });
    expect(chunk.id).not.toBe(chunk.fullMessageId);
  });

  test.each(EVERY_KIND.map((message) => [message.type, message] as const))(
    "%s: dump and load reproduce all fields",
    (_, message) => {
      const json = registry.toJson(message);
      expect(Object.values(json)).not.toContain(undefined);
      expect(registry.create(structuredClone(json))).toEqual(message);
      expect(registry.toJson(registry.create(json))).toEqual(json);
    },
  );

  test("the wire keys are snake_case, in Python's order, absent values null", () => {
    const json = registry.toJson(
      make.TextMessage({ source, content: "x", id: "1", createdAt: "2025-01-31T12:00:00Z" }),
    );
    expect(JSON.stringify(json)).toBe(
      '{"id":"1","source":"agent","models_usage":null,"metadata":{},"created_at":"2025-01-31T12:00:00Z","content":"x","type":"TextMessage"}',
    );
  });

  test("a loaded created_at is dumped unchanged", () => {
    const created_at = "2023-12-25T10:30:45.123456Z";
    const loaded = registry.create({ type: "TextMessage", source, content: "x", created_at });
    expect(registry.toJson(loaded)["created_at"]).toBe(created_at);
  });
});

describe("loading", () => {
  const text: JsonObject = { type: "TextMessage", source, content: "x" };

  test("fills in what old dumps lack and ignores unknown keys", () => {
    const loaded = registry.create({ ...text, colour: "red" });
    expect(loaded).toMatchObject({ type: "TextMessage", metadata: {} });
    expect(loaded.modelsUsage).toBeUndefined();
    expect(Number.isNaN(Date.parse(loaded.createdAt))).toBe(false);
    expect(loaded.id).not.toBe("");
    expect(loaded).not.toHaveProperty("colour");
  });

  test.each([
    [{ content: "x", source }, /Field 'type' is required/],
    [{ ...text, type: "Telegram" }, /Unknown message type: Telegram/],
    [{ type: "TextMessage", content: "x" }, /\/source/],
    [{ type: "TextMessage", source }, /\/content/],
    [{ ...text, content: 5 }, /\/content.*5/],
    [{ ...text, metadata: { a: 1 } }, /\/metadata/],
    [{ ...text, models_usage: { prompt_tokens: 1 } }, /\/models_usage\/completion_tokens/],
    [{ ...text, created_at: "yesterday" }, /\/created_at/],
    [{ type: "HandoffMessage", source, content: "x" }, /\/target/],
    [{ type: "ToolCallRequestEvent", source, content: [{ id: "1" }] }, /\/content\/0\/arguments/],
    [{ type: "SelectSpeakerEvent", source, content: ["a", 1] }, /\/content\/1/],
    ["text", /must be an object/],
    [null, /must be an object/],
  ])("refuses %j", (json, problem) => {
    expect(() => registry.create(json)).toThrow(problem);
  });

  test("refuses another tag than the definition's", () => {
    expect(() => registry.definition("StopMessage")?.fromJson(text)).toThrow(/\/type must be "StopMessage"/);
  });
});

describe("texts", () => {
  test("a multi-modal message", () => {
    const message = make.MultiModalMessage({ source, content: ["a", "b", PIXEL, "c"] });
    expect(registry.toText(message)).toBe("a\nb\n<image>\nc");
    expect(registry.toModelText(message)).toBe("ab [image]c");
    expect(registry.toModelMessage(message)).toEqual({ type: "UserMessage", content: ["a", "b", PIXEL, "c"], source });
  });

  test("lists in events are JSON", () => {
    expect(registry.toText(make.ToolCallRequestEvent({ source, content: [call] }))).toBe(
      '[{"id":"1","arguments":"{}","name":"f"}]',
    );
    expect(registry.toText(make.SelectSpeakerEvent({ source, content: ["a", "b"] }))).toBe('["a","b"]');
  });

  test("an event is not for models", () => {
    expect(() => registry.toModelMessage(make.ThoughtEvent({ source, content: "x" }))).toThrow(/is an event/);
  });
});
