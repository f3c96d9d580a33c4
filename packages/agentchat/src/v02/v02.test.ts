import { imageFromBytes } from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  HandoffMessage,
  MultiModalMessage,
  StopMessage,
  TextMessage,
  ThoughtEvent,
  ToolCallExecutionEvent,
  ToolCallRequestEvent,
  ToolCallSummaryMessage,
} from "../messages/factories.ts";
import type { StreamItem } from "../messages/types.ts";
import { fromV02Message, fromV02Messages } from "./from-v02-message.ts";
import { toV02Message } from "./to-v02-message.ts";

const png = imageFromBytes(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]));
const call = { id: "call_1", name: "search", arguments: '{"q":"x"}' };
const result = { content: "found", name: "search", callId: "call_1", isError: false };

/** What is left of a message when it is looked at without its id and its time. */
const bare = ({ id: _id, createdAt: _at, metadata: _metadata, ...rest }: StreamItem) => rest;

describe("to 0.2", () => {
  test.each(["assistant", "user"] as const)("text keeps source and text, with the role %s", (role) => {
    expect(toV02Message(TextMessage({ source: "writer", content: "hello" }), role)).toEqual({
      content: "hello",
      role,
      name: "writer",
    });
  });

  test.each([undefined, "high", "low"] as const)("images go as data URIs, with the detail %s", (detail) => {
    const message = MultiModalMessage({ source: "user", content: ["look", png] });
    expect(toV02Message(message, "user", detail)).toEqual({
      content: [
        { type: "text", text: "look" },
        { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgoB", detail: detail ?? "auto" } },
      ],
      role: "user",
      name: "user",
    });
  });

  test("calls and results have 0.2's members, whatever the role", () => {
    expect(toV02Message(ToolCallRequestEvent({ source: "a", content: [call] }), "user")).toEqual({
      tool_calls: [{ id: "call_1", type: "function", function: { name: "search", arguments: '{"q":"x"}' } }],
      role: "assistant",
      content: null,
      name: "a",
    });
    const event = ToolCallExecutionEvent({ source: "a", content: [result, { ...result, content: "more" }] });
    expect(toV02Message(event, "assistant")).toMatchObject({
      tool_responses: [{ tool_call_id: "call_1", role: "tool", content: "found", name: "search" }, { content: "more" }],
      role: "tool",
      content: "found\n\nmore",
    });
  });

  test("what 0.2 has nothing for is refused by its type", () => {
    expect(() => toV02Message(ThoughtEvent({ source: "a", content: "hm" }), "user")).toThrow(
      "AutoGen 0.2 has no message for a ThoughtEvent",
    );
  });
});

describe("there and back", () => {
  test.each<[string, StreamItem]>([
    ["text", TextMessage({ source: "a", content: "x" })],
    ["text and images", MultiModalMessage({ source: "a", content: ["x", png, "y"] })],
    ["calls", ToolCallRequestEvent({ source: "a", content: [call] })],
    ["results", ToolCallExecutionEvent({ source: "tools", content: [result] })],
  ])("%s comes back equal", (_, message) => {
    expect(bare(fromV02Message(JSON.parse(JSON.stringify(toV02Message(message, "assistant")))))).toEqual(bare(message));
  });

  test.each<[string, StreamItem]>([
    ["a stop message", StopMessage({ source: "a", content: "x" })],
    ["a handoff", HandoffMessage({ source: "a", content: "x", target: "b" })],
    ["a summary", ToolCallSummaryMessage({ source: "a", content: "x", toolCalls: [call], results: [result] })],
  ])("%s comes back as text", (_, message) => {
    expect(bare(fromV02Message(toV02Message(message, "user")))).toEqual({
      type: "TextMessage",
      source: "a",
      content: "x",
    });
  });

  test("any text survives", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ minLength: 1 }), (content, source) => {
        const message = TextMessage({ source, content });
        expect(bare(fromV02Message(toV02Message(message, "user")))).toEqual(bare(message));
      }),
    );
  });
});

describe("from 0.2", () => {
  test("arguments are read under both names", () => {
    for (const key of ["arguments", "args"]) {
      const read = fromV02Message({
        tool_calls: [{ id: "1", type: "function", function: { name: "f", [key]: "{}" } }],
        role: "assistant",
        content: null,
        name: "a",
      });
      expect(read).toMatchObject({ content: [{ id: "1", name: "f", arguments: "{}" }] });
    }
  });

  test("a history restores the names of tools, results come from tools, and a nameless message from its role", () => {
    const history = fromV02Messages([
      { role: "user", content: "go" },
      {
        role: "assistant",
        name: "a",
        content: null,
        tool_calls: [{ id: "1", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", tool_responses: [{ tool_call_id: "1", role: "tool", content: "done" }], content: "done" },
    ]);
    expect(history.map(({ source, type }) => `${source} ${type}`)).toEqual([
      "user TextMessage",
      "a ToolCallRequestEvent",
      "tools ToolCallExecutionEvent",
    ]);
    expect(history[2]).toMatchObject({ content: [{ name: "f", callId: "1", content: "done", isError: false }] });
  });

  test.each<[string, unknown, RegExp]>([
    ["nothing", null, /a message is an object/],
    ["a message without content", { role: "user", content: null }, /neither text nor a list/],
    ["a call without arguments", { tool_calls: [{ function: { name: "f" } }] }, /at \/tool_calls\/0: .*arguments/],
    ["a call without a name", { tool_calls: [{}] }, /at \/tool_calls\/0: .*name/],
    ["a response without text", { tool_responses: [{ content: 1 }] }, /at \/tool_responses\/0/],
    ["an unknown part", { content: [{ type: "video" }] }, /at \/content\/0/],
    ["an image elsewhere", { content: [{ type: "image_url", image_url: { url: "https://x/y.png" } }] }, /fetch it/],
  ])("%s is refused, and the place is told", (_, message, text) => {
    expect(() => fromV02Message(message)).toThrow(text);
  });

  test("in a history the place names the message", () => {
    expect(() => fromV02Messages([{ content: "a" }, { content: [1] }])).toThrow("at /1/content/0");
    expect(() => fromV02Messages(JSON.parse('{"content":"a"}'))).toThrow("is a list of messages");
  });
});
