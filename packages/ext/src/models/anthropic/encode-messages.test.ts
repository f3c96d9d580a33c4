import {
  AssistantMessage,
  FunctionExecutionResultMessage,
  imageFromBytes,
  SystemMessage,
  UserMessage,
  ValueError,
  type LLMMessage,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { mergeSystemMessages } from "../shared/system-messages.ts";
import { encodeMessages } from "./encode-messages.ts";

const user = (content: string): UserMessage => UserMessage({ content, source: "user" });
const assistant = (content: string): AssistantMessage => AssistantMessage({ content, source: "assistant" });
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("system messages", () => {
  test("one, none, and several next to one another become the one text at the top", () => {
    expect(encodeMessages([SystemMessage({ content: "Be brief." }), user("Hi")])).toMatchObject({
      system: "Be brief.",
      messages: [{ role: "user", content: "Hi" }],
    });
    expect(encodeMessages([user("Hi")])).not.toHaveProperty("system");
    const two = [
      SystemMessage({ content: "  Message with leading spaces  " }),
      SystemMessage({ content: "\nMessage with leading newline\n" }),
      user("Hi"),
    ];
    expect(encodeMessages(two).system).toBe("  Message with leading spaces  \n\nMessage with leading newline");
  });

  test("special characters stay, and equal messages are not taken for one", () => {
    const odd = SystemMessage({ content: 'Ünïcode 😀 <tag> & "quotes"' });
    expect(encodeMessages([odd, odd, user("Hi")]).system).toBe(`${odd.content}\n${odd.content}`);
  });

  test("those that stand apart are refused, and empty ones are dropped", () => {
    const apart = [SystemMessage({ content: "a" }), user("Hi"), SystemMessage({ content: "b" })];
    expect(() => encodeMessages(apart)).toThrow(ValueError);
    expect(encodeMessages([SystemMessage({ content: " " }), user("Hi")])).not.toHaveProperty("system");
  });

  test("the merged one stands where the first stood", () => {
    const list = [
      user("Q1"),
      SystemMessage({ content: "s1" }),
      SystemMessage({ content: "s2" }),
      user("Q2"),
      assistant("A"),
    ];
    const merged = mergeSystemMessages(list);
    expect(merged).toHaveLength(4);
    expect(merged[1]).toEqual(SystemMessage({ content: "s1\ns2" }));
    expect(mergeSystemMessages([])).toEqual([]);
  });
});

describe("user messages", () => {
  test("blank text becomes one space, alone and as a part", () => {
    expect(encodeMessages([user(" \n")]).messages).toEqual([{ role: "user", content: " " }]);
    const parts = encodeMessages([UserMessage({ content: ["", "b"], source: "user" })]).messages[0]?.content;
    expect(parts).toEqual([
      { type: "text", text: " " },
      { type: "text", text: "b" },
    ]);
  });

  test.each([
    ["image/png", "\x89PNG\r\n\x1a\n0000"],
    ["image/jpeg", "\xff\xd8\xff\xe000000000"],
    ["image/gif", "GIF89a0000000"],
    ["image/gif", "GIF87a0000000"],
    ["image/webp", "RIFF\x10\0\0\0WEBPVP8 "],
    ["image/jpeg", "no picture at all"],
    ["image/jpeg", "RIFF"],
  ])("an image is sent as %s by its first bytes, whatever it says of itself", (mediaType, head) => {
    const image = { ...imageFromBytes(bytes(head)), mediaType: "image/x-wrong" };
    const [sent] = encodeMessages([UserMessage({ content: ["see", image], source: "user" })]).messages;
    expect(sent?.content).toEqual([
      { type: "text", text: "see" },
      { type: "image", source: { type: "base64", media_type: mediaType, data: image.data } },
    ]);
  });

  test.each(["a b", "", "ä", "x".repeat(65)])("the source %j is refused, although it is not sent", (source) => {
    expect(() => encodeMessages([UserMessage({ content: "Hi", source })])).toThrow(ValueError);
    expect(() => encodeMessages([user("Hi"), AssistantMessage({ content: "Hi", source })])).toThrow(ValueError);
  });
});

describe("assistant messages", () => {
  test("text goes as it is, without its thought; blank text is left out", () => {
    const list = [user("a"), AssistantMessage({ content: "b ", thought: "t", source: "x" }), assistant(" "), user("c")];
    expect(encodeMessages(list).messages).toEqual([
      { role: "user", content: "a" },
      { role: "assistant", content: "b " },
      { role: "user", content: "c" },
    ]);
  });

  test("the last one is trimmed at its end, and the caller's message stays as it is", () => {
    const last = assistant("The answer is: \n");
    expect(encodeMessages([user("a"), last]).messages.at(-1)).toEqual({ role: "assistant", content: "The answer is:" });
    expect(last.content).toBe("The answer is: \n");
  });

  test("calls go after the thought, their arguments as one object", () => {
    const call = (args: string): AssistantMessage =>
      AssistantMessage({ content: [{ id: "c1", name: "add", arguments: args }], thought: "I add.", source: "x" });
    const input = (args: string): unknown => {
      const { content } = encodeMessages([user("a"), call(args), user("b")]).messages[1] ?? {};
      return (content as { input: unknown }[])[1]?.input;
    };
    expect(encodeMessages([user("a"), call('{"a":1}'), user("b")]).messages[1]).toEqual({
      role: "assistant",
      content: [
        { type: "text", text: "I add." },
        { type: "tool_use", id: "c1", name: "add", input: { a: 1 } },
      ],
    });
    expect(input("")).toEqual({});
    expect(input('```json\n{"a":2}\n```')).toEqual({ a: 2 });
    expect(input('{"a":1} {"b":2}')).toEqual({ text: '{"a":1} {"b":2}' });
    expect(input("[1]")).toEqual({ text: "[1]" });
    expect(input("{broken")).toEqual({ text: "{broken" });
  });
});

test("results of tools go in one user message, failed ones marked", () => {
  const results = FunctionExecutionResultMessage({
    content: [
      { content: "3", name: "add", callId: "c1", isError: false },
      { content: "no such file", name: "read", callId: "c2", isError: true },
      { content: "", name: "add", callId: "c3" },
    ],
  });
  const encoded = encodeMessages([user("a"), results]);
  expect(encoded.hasToolResults).toBe(true);
  expect(encoded.messages[1]).toEqual({
    role: "user",
    content: [
      { type: "tool_result", tool_use_id: "c1", content: "3" },
      { type: "tool_result", tool_use_id: "c2", content: "no such file", is_error: true },
      { type: "tool_result", tool_use_id: "c3", content: "" },
    ],
  });
});

test("a message of an unknown type, and a conversation of system messages alone, are refused", () => {
  expect(() => encodeMessages([{ type: "Other" } as unknown as LLMMessage])).toThrow(/"Other"/);
  expect(() => encodeMessages([SystemMessage({ content: "s" })])).toThrow(/at least one message/);
});
