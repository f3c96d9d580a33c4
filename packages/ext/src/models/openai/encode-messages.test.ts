import {
  AssistantMessage,
  FunctionExecutionResultMessage,
  type LLMMessage,
  SystemMessage,
  UserMessage,
  imageFromBytes,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { dialectOf, familyOf } from "./dialect.ts";
import { encodeMessages, type MessageRules } from "./encode-messages.ts";

const rules = (model: string, more: Partial<MessageRules> = {}): MessageRules => ({
  dialect: dialectOf(familyOf(model, "unknown")),
  model,
  provider: "openai",
  multipleSystemMessages: true,
  addNamePrefixes: false,
  includeName: true,
  breakpoints: false,
  ...more,
});

const FAMILIES = ["gpt-4o", "gemini-2.0-flash", "claude-3-5-haiku-20241022", "mistral", "llama-3.3-70b", "anything"];
const user = (content: string): LLMMessage => UserMessage({ content, source: "ann" });
const assistant = (content: string): LLMMessage => AssistantMessage({ content, source: "bot" });
const image = imageFromBytes(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
const IMAGE_PART = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "auto" } };

test.each([
  ["gpt-4", "gpt-4"],
  ["gpt-4-latest", "gpt-4"],
  ["gpt-4o", "gpt-4o"],
  ["gemini-2.0-flash", "gemini-2.0-flash"],
  ["claude-3-5-haiku-20241022", "claude-3-5-haiku"],
  ["error", "unknown"],
])("the family of %s is %s", (model, family) => {
  expect(familyOf(model, "unknown")).toBe(family);
  expect(familyOf(model, "no family of the table")).toBe(family);
  expect(familyOf(model, "r1")).toBe("r1");
});

describe("base forms", () => {
  test("of every kind of message", () => {
    const calls = [{ id: "c1", name: "add", arguments: "{}" }];
    const messages: LLMMessage[] = [
      SystemMessage({ content: "Be kind." }),
      user("Hi"),
      UserMessage({ content: ["Look:", image], source: "ann" }),
      AssistantMessage({ content: "Hello", thought: "greet", source: "bot" }),
      AssistantMessage({ content: calls, source: "bot" }),
      AssistantMessage({ content: calls, thought: "Adding.", source: "bot" }),
      FunctionExecutionResultMessage({
        content: [
          { content: "1", name: "add", callId: "c1", isError: false },
          { content: "2", name: "add", callId: "c2" },
        ],
      }),
    ];
    const tool_calls = [{ id: "c1", type: "function", function: { name: "add", arguments: "{}" } }];
    expect(encodeMessages(messages, rules("gpt-4o"))).toEqual([
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi", name: "ann" },
      { role: "user", content: [{ type: "text", text: "Look:" }, IMAGE_PART], name: "ann" },
      { role: "assistant", content: "Hello" },
      { role: "assistant", content: null, tool_calls },
      { role: "assistant", content: "Adding.", tool_calls },
      { role: "tool", tool_call_id: "c1", content: "1" },
      { role: "tool", tool_call_id: "c2", content: "2" },
    ]);
  });

  test("an unknown kind of message is refused", () => {
    const message = { type: "SongMessage", content: "la" } as unknown as LLMMessage;
    expect(() => encodeMessages([message], rules("gpt-4o"))).toThrow(/Unknown message type: "SongMessage"/);
  });

  test.each(["", "with space", "ä", "x".repeat(65)])("the source %j is refused, sent or not", (source) => {
    for (const message of [UserMessage({ content: "Hi", source }), AssistantMessage({ content: "Hi", source })]) {
      expect(() => encodeMessages([message], rules("gpt-4o", { includeName: false }))).toThrow(/is not valid/);
    }
  });
});

describe("names", () => {
  test.each(FAMILIES)("%s: prefixes go before a text and before a first part that is text", (model) => {
    const messages = [
      user("Hi"),
      UserMessage({ content: ["Hi", image, "there"], source: "ann" }),
      UserMessage({ content: [image, "Hi"], source: "ann" }),
    ];
    const text = (value: string): object => ({ type: "text", text: value });
    expect(encodeMessages(messages, rules(model, { addNamePrefixes: true })).map(({ content }) => content)).toEqual([
      "ann said:\nHi",
      [text("ann said:\nHi"), IMAGE_PART, text("there")],
      [IMAGE_PART, text("Hi")],
    ]);
  });

  test.each(FAMILIES)("%s: includeName false sends none", (model) => {
    expect(encodeMessages([user("Hi")], rules(model, { includeName: false }))).toEqual([
      { role: "user", content: "Hi" },
    ]);
  });

  test.each(["mistral", "ministral-8b", "codestral", "pixtral-12b", "open-codestral-mamba"])(
    "%s never has one",
    (model) => {
      expect(encodeMessages([user("Hi"), UserMessage({ content: [image], source: "ann" })], rules(model))).toEqual([
        { role: "user", content: "Hi" },
        { role: "user", content: [IMAGE_PART] },
      ]);
    },
  );
});

describe("empty texts", () => {
  const EMPTY = [SystemMessage({ content: "" }), user(""), assistant(""), user("end")];
  test.each([
    ["gpt-4o", ["", "", "", "end"]],
    ["llama-3.3-70b", ["", "", "", "end"]],
    ["gemini-2.0-flash", [" ", " ", " ", "end"]],
    ["claude-3-5-haiku", [" ", "end"]],
    ["mistral", [" ", "", "", "end"]],
  ])("%s sends %j", (model, contents) => {
    expect(encodeMessages(EMPTY, rules(model)).map(({ content }) => content)).toEqual(contents);
  });

  test("Claude leaves white space out too", () => {
    expect(encodeMessages([user(" \n"), assistant("\t"), user("end")], rules("claude-3-opus"))).toHaveLength(1);
  });

  test.each([
    ["gpt-4o", undefined, null],
    ["gpt-4o", "", ""],
    ["gemini-2.0-flash", undefined, " "],
    ["gemini-2.0-flash", "", " "],
    ["claude-3-opus", undefined, null],
    ["claude-3-opus", "", " "],
  ])("%s: beside calls the thought %j is %j", (model, thought, content) => {
    const message = AssistantMessage({ content: [{ id: "c", name: "n", arguments: "{}" }], thought, source: "bot" });
    expect(encodeMessages([message], rules(model))[0]?.content).toBe(content);
  });

  test("the last answer of a model whose name begins with claude- is trimmed at its end, in a copy", () => {
    const last = assistant("So: \n");
    const messages = [assistant("first "), last];
    expect(encodeMessages(messages, rules("claude-3-opus")).map(({ content }) => content)).toEqual(["first ", "So:"]);
    expect(last).toEqual(assistant("So: \n"));
    expect(encodeMessages(messages, rules("gpt-4o")).map(({ content }) => content)).toEqual(["first ", "So: \n"]);
  });
});

describe("system messages of models that take one", () => {
  const one = rules("gemini-2.0-flash", { multipleSystemMessages: false });
  const system = (content: string): LLMMessage => SystemMessage({ content });

  test("adjacent ones are joined in the place of the first", () => {
    const messages = [user("Hi"), system("I am system message 1"), system("I am system message 2  \n"), user("there")];
    expect(encodeMessages(messages, one).map(({ role, content }) => [role, content])).toEqual([
      ["user", "Hi"],
      ["system", "I am system message 1\nI am system message 2"],
      ["user", "there"],
    ]);
  });

  test("separated ones are refused", () => {
    expect(() => encodeMessages([system("1"), user("Hi"), system("2")], one)).toThrow(/next to one another/);
  });

  test("none stay none, and empty ones are dropped", () => {
    expect(encodeMessages([user("Hi")], one)).toHaveLength(1);
    expect(encodeMessages([system(""), system(" "), user("Hi")], one)).toHaveLength(1);
  });

  test("models that take several get them as they are", () => {
    const messages = [system("1"), user("Hi"), system("2 "), system("")];
    expect(encodeMessages(messages, rules("gpt-4o")).map(({ content }) => content)).toEqual(["1", "Hi", "2 ", ""]);
  });
});

describe("what goes back to the provider", () => {
  const calls = [
    { id: "c1", name: "add", arguments: "{}" },
    { id: "c2", name: "add", arguments: "{}" },
  ];
  const signature = { google: { thought_signature: "abc" } };
  const data = {
    reasoning_details: [{ type: "x" }],
    reasoning_content: "why",
    tool_call_extra_content: [signature, null],
  };
  const message = AssistantMessage({
    content: calls,
    source: "bot",
    providerData: { protocol: "openai-chat", provider: "gemini", data },
  });

  test("is on the message and its calls", () => {
    const [encoded] = encodeMessages([message], rules("gemini-3-pro", { provider: "gemini" }));
    expect(encoded).toMatchObject({ reasoning_details: [{ type: "x" }], reasoning_content: "why" });
    const [first, second] = encoded?.role === "assistant" ? (encoded.tool_calls ?? []) : [];
    expect(first).toHaveProperty("extra_content", signature);
    expect(second).toMatchObject({ id: "c2" });
    expect(second).not.toHaveProperty("extra_content");
  });

  test("is not told to another provider", () => {
    const [encoded] = encodeMessages([message], rules("gpt-4o"));
    expect(Object.keys(encoded ?? {})).toEqual(["role", "content", "tool_calls"]);
    expect(JSON.stringify(encoded)).not.toContain("thought_signature");
  });

  test.each([
    null,
    1,
    {},
    { protocol: "openai-chat", provider: "openai", data: 7 },
    { protocol: "anthropic", provider: "openai", data },
  ])("what cannot be read (%j) is left out", (providerData) => {
    const [encoded] = encodeMessages(
      [AssistantMessage({ content: "Hi", source: "bot", providerData })],
      rules("gpt-4o"),
    );
    expect(encoded).toEqual({ role: "assistant", content: "Hi" });
  });
});
