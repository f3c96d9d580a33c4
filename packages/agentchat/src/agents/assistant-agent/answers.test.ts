import { z } from "zod";
import {
  BufferedChatCompletionContext,
  ListMemory,
  UnboundedChatCompletionContext,
  imageFromBase64,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { HandoffMessage, MultiModalMessage, TextMessage } from "../../messages/factories.ts";
import { StructuredMessage } from "../../messages/structured-message.ts";
import { defineMessage } from "../../messages/define-message.ts";
import { contentType } from "../../messages/content-type.ts";
import type { StreamItem } from "../../messages/types.ts";
import { collect, rejection, typesOf } from "../../testing/collect.ts";
import { SCRIPTED_USAGE, ScriptedClient, answerOf, callsOf } from "../../testing/scripted-client.ts";
import { addTool } from "../../testing/tools.ts";
import { AssistantAgent } from "./assistant-agent.ts";

const Answer = contentType("Answer", {
  type: "object",
  properties: { thoughts: { type: "string" }, answer: { type: "integer" } },
  required: ["thoughts", "answer"],
});

function chunksOf(items: readonly { readonly type: string }[]): readonly { content: string; fullMessageId?: string }[] {
  return items.filter((item) => item.type === "ModelClientStreamingChunkEvent") as never;
}

describe("a text answer", () => {
  test("bears the usage of its call", async () => {
    const agent = new AssistantAgent({ name: "a", modelClient: new ScriptedClient(["hi"]) });
    const { chatMessage } = await agent.onMessages([TextMessage({ content: "hello", source: "user" })]);
    expect(chatMessage).toMatchObject({ type: "TextMessage", content: "hi", source: "a", modelsUsage: SCRIPTED_USAGE });
  });

  test("streamed: the chunks make the text, and their full message id is the final id", async () => {
    const agent = new AssistantAgent({
      name: "a",
      modelClient: new ScriptedClient(["one two three"]),
      modelClientStream: true,
    });
    const items = await collect(agent.runStream("go"));
    const chunks = chunksOf(items);
    expect(chunks.map(({ content }) => content).join("")).toBe("one two three");
    const final = items.at(-2) as StreamItem;
    expect(final).toMatchObject({ type: "TextMessage", content: "one two three" });
    expect(new Set(chunks.map(({ fullMessageId }) => fullMessageId))).toEqual(new Set([final.id]));
    const result = items.at(-1);
    expect(result?.type === "TaskResult" ? typesOf(result.messages) : []).toEqual(["TextMessage", "TextMessage"]);
  });

  test("streamed after tools: the chunks of the reflection point to the final message", async () => {
    const agent = new AssistantAgent({
      name: "a",
      modelClient: new ScriptedClient([callsOf(["add", { a: 1, b: 2 }]), "it is 3"]),
      tools: [addTool()],
      reflectOnToolUse: true,
      modelClientStream: true,
    });
    const items = await collect(agent.runStream("1 + 2?"));
    const final = items.at(-2) as StreamItem;
    expect(
      chunksOf(items)
        .map(({ content }) => content)
        .join(""),
    ).toBe("it is 3");
    expect(chunksOf(items).every(({ fullMessageId }) => fullMessageId === final.id)).toBe(true);
  });
});

describe("thoughts", () => {
  const thinking = (content: string): ReturnType<typeof answerOf> => answerOf({ content, thought: "hm" });

  test("one event a model call that has one, none otherwise; the last assistant message has the thought", async () => {
    const calls = { ...callsOf(["add", { a: 1, b: 2 }]), thought: "hm" };
    const modelContext = new UnboundedChatCompletionContext();
    const agent = new AssistantAgent({
      name: "a",
      modelClient: new ScriptedClient([calls, calls, thinking("3"), "plain"]),
      tools: [addTool()],
      maxToolIterations: 3,
      modelContext,
    });
    const first = await agent.run("go");
    expect(first.messages.filter(({ type }) => type === "ThoughtEvent")).toHaveLength(3);
    expect(modelContext.getMessages().at(-1)).toMatchObject({ type: "AssistantMessage", content: "3", thought: "hm" });
    const second = await agent.run("again");
    expect(second.messages.filter(({ type }) => type === "ThoughtEvent")).toHaveLength(0);
  });

  test("of tool use and reflection: two", async () => {
    const agent = new AssistantAgent({
      name: "a",
      modelClient: new ScriptedClient([{ ...callsOf(["add", { a: 1, b: 2 }]), thought: "hm" }, thinking("3")]),
      tools: [addTool()],
      reflectOnToolUse: true,
    });
    const { messages } = await agent.run("go");
    expect(messages.filter(({ type }) => type === "ThoughtEvent")).toHaveLength(2);
  });

  test("have ids of their own: chunks point to the message, not to the thought", async () => {
    const modelClient = new ScriptedClient([thinking("hello there")]);
    const agent = new AssistantAgent({ name: "a", modelClient, modelClientStream: true });
    const items = await collect(agent.runStream("go"));
    const thought = items.find(({ type }) => type === "ThoughtEvent") as StreamItem;
    const final = items.at(-2) as StreamItem;
    expect(thought.id).not.toBe(final.id);
    expect(chunksOf(items).every(({ fullMessageId }) => fullMessageId === final.id)).toBe(true);
  });
});

describe("structured output", () => {
  test("is parsed, keeps the format string, and asks the model for the schema", async () => {
    const modelClient = new ScriptedClient(['{"answer": "42", "thoughts": "t"}']);
    const agent = new AssistantAgent({
      name: "a",
      modelClient,
      outputContentType: Answer,
      outputContentTypeFormat: "{answer}!",
    });
    const { chatMessage } = await agent.onMessages([]);
    expect(chatMessage).toMatchObject({
      type: "StructuredMessage[Answer]",
      content: { thoughts: "t", answer: 42 },
      formatString: "{answer}!",
    });
    expect(modelClient.calls[0]?.options.jsonOutput).toMatchObject({ name: "Answer", schema: Answer.jsonSchema });
  });

  test("takes a Standard Schema, named by its title", async () => {
    const schema = z.object({ n: z.number() }).meta({ title: "Number" });
    const agent = new AssistantAgent({
      name: "a",
      modelClient: new ScriptedClient(['{"n":1}']),
      outputContentType: schema,
    });
    expect((await agent.onMessages([])).chatMessage).toMatchObject({
      type: "StructuredMessage[Number]",
      content: { n: 1 },
    });
  });

  test.each(["not JSON", '{"thoughts":"no answer"}', "[]"])("throws for %s", async (text) => {
    const agent = new AssistantAgent({ name: "a", modelClient: new ScriptedClient([text]), outputContentType: Answer });
    expect(await rejection(agent.run("go"))).toMatchObject({ code: "ERR_MODEL_ANSWER" });
  });

  test("of a reflection keeps the format string", async () => {
    const agent = new AssistantAgent({
      name: "a",
      modelClient: new ScriptedClient([callsOf(["add", { a: 1, b: 2 }]), '{"thoughts":"t","answer":3}']),
      tools: [addTool()],
      outputContentType: Answer,
      outputContentTypeFormat: "{answer}!",
    });
    const { chatMessage } = await agent.onMessages([]);
    expect(chatMessage).toMatchObject({ type: "StructuredMessage[Answer]", formatString: "{answer}!" });
  });

  test("is among what the agent produces", () => {
    const agent = new AssistantAgent({ name: "a", modelClient: new ScriptedClient([]), outputContentType: Answer });
    expect(typesOf(agent.producedMessageTypes)).toEqual([
      "TextMessage",
      "ToolCallSummaryMessage",
      "HandoffMessage",
      "StructuredMessage[Answer]",
    ]);
  });
});

describe("the model's context", () => {
  test("Text and Handoff without context become two user messages in order", async () => {
    const modelClient = new ScriptedClient(["ok"]);
    const agent = new AssistantAgent({ name: "a", modelClient, systemMessage: null });
    await agent.onMessages([
      TextMessage({ content: "one", source: "u" }),
      HandoffMessage({ content: "two", source: "b", target: "a" }),
    ]);
    expect(modelClient.calls[0]?.messages).toEqual([
      { type: "UserMessage", content: "one", source: "u" },
      { type: "UserMessage", content: "two", source: "b" },
    ]);
  });

  test("a handoff's context comes before it", async () => {
    const modelClient = new ScriptedClient(["ok"]);
    const agent = new AssistantAgent({ name: "a", modelClient, systemMessage: "Be kind." });
    const context = [{ type: "AssistantMessage", content: "did it", source: "b" }] as const;
    await agent.onMessages([HandoffMessage({ content: "yours", source: "b", target: "a", context })]);
    expect(typesOf(modelClient.calls[0]?.messages ?? [])).toEqual(["SystemMessage", "AssistantMessage", "UserMessage"]);
  });

  test("a buffer of 5 never gives more than 5", async () => {
    const modelClient = new ScriptedClient(Array.from({ length: 8 }, (_, index) => `answer ${index}`));
    const modelContext = new BufferedChatCompletionContext({ bufferSize: 5 });
    const agent = new AssistantAgent({ name: "a", modelClient, modelContext, systemMessage: null });
    for (let turn = 0; turn < 8; turn += 1) await agent.run("go");
    expect(Math.max(...modelClient.calls.map(({ messages }) => messages.length))).toBe(5);
  });

  test("a message of the user's own comes as its definition says", async () => {
    const Note = defineMessage(
      "Note",
      { type: "object", properties: { text: { type: "string" } } },
      {
        toModelText: (message: { readonly text?: string }) => `note: ${message.text ?? ""}`,
      },
    );
    const modelClient = new ScriptedClient(["ok", "ok"]);
    class Reader extends AssistantAgent {
      override get producedMessageTypes(): AssistantAgent["producedMessageTypes"] {
        return [...super.producedMessageTypes, Note];
      }
    }
    await new Reader({ name: "a", modelClient, systemMessage: null }).run(Note.create({ source: "u", text: "x" }));
    expect(modelClient.calls[0]?.messages).toMatchObject([{ content: "note: x", source: "u" }]);
    const plain = new AssistantAgent({ name: "a", modelClient, systemMessage: null });
    await plain.run(StructuredMessage({ source: "u", contentType: Answer, content: { answer: 1 } }));
    expect(modelClient.calls[1]?.messages).toMatchObject([{ content: '{"answer":1}' }]);
  });

  test("a model without eyes gets text in the place of images", async () => {
    const modelClient = new ScriptedClient(["ok"], { vision: false });
    const agent = new AssistantAgent({ name: "a", modelClient, systemMessage: null });
    await agent.run(MultiModalMessage({ content: ["look", imageFromBase64("iVBORw0KGgo=")], source: "u" }));
    expect(modelClient.calls[0]?.messages).toMatchObject([{ content: "look\n<image>" }]);
  });
});

describe("memory", () => {
  const remembered = (): ListMemory =>
    new ListMemory({ memoryContents: [{ content: "likes tea", mimeType: "text/plain" }] });

  test("is asked once a step, and shown; an empty one is not", async () => {
    const modelClient = new ScriptedClient([callsOf(["add", { a: 1, b: 2 }]), "3"]);
    const agent = new AssistantAgent({
      name: "a",
      modelClient,
      memory: [remembered(), new ListMemory()],
      tools: [addTool()],
      maxToolIterations: 2,
    });
    const { messages } = await agent.run("go");
    expect(typesOf(messages).filter((type) => type === "MemoryQueryEvent")).toHaveLength(1);
    expect(typesOf(messages)[1]).toBe("MemoryQueryEvent");
    expect(modelClient.calls[0]?.messages.at(-1)).toMatchObject({ type: "SystemMessage" });
  });

  test("comes as a user's message for a model that takes one system message only", async () => {
    const modelClient = new ScriptedClient(["ok"], { multipleSystemMessages: false });
    await new AssistantAgent({ name: "a", modelClient, memory: [remembered()] }).run("go");
    expect(typesOf(modelClient.calls[0]?.messages ?? [])).toEqual(["SystemMessage", "UserMessage", "UserMessage"]);
  });
});
