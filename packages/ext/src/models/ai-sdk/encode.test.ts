import {
  AssistantMessage,
  imageFromBase64,
  llmMessageFromJson,
  llmMessageToJson,
  SystemMessage,
  UserMessage,
  ValueError,
  type CreateOptions,
  type LLMMessage,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { asked, CALCULATOR, MockModel, QUESTION, reason, usage, whole } from "../../../test/ai-sdk.ts";
import { AISDKChatCompletionAdapter } from "./index.ts";

const user = (content: UserMessage["content"]): UserMessage => UserMessage({ content, source: "user" });

describe("what the model is asked", () => {
  test("all kinds of messages", async () => {
    const messages: LLMMessage[] = [
      SystemMessage({ content: "Be brief." }),
      user(["See", imageFromBase64("iVBORw0KGgo=")]),
      AssistantMessage({ content: "A picture.", source: "a" }),
      user("Add."),
      AssistantMessage({
        content: [{ id: "c1", name: "calculator", arguments: '{"a":2}' }],
        thought: "I add.",
        source: "a",
      }),
      {
        type: "FunctionExecutionResultMessage",
        content: [
          { content: "4", name: "calculator", callId: "c1" },
          { content: "bad", name: "calculator", callId: "c2", isError: true },
        ],
      },
    ];
    expect((await asked(messages)).prompt).toEqual([
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "See" },
          { type: "file", mediaType: "image/png", data: "iVBORw0KGgo=" },
        ],
      },
      { role: "assistant", content: [{ type: "text", text: "A picture." }] },
      { role: "user", content: [{ type: "text", text: "Add." }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I add." },
          { type: "tool-call", toolCallId: "c1", toolName: "calculator", input: { a: 2 } },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "c1", toolName: "calculator", output: { type: "text", value: "4" } },
          {
            type: "tool-result",
            toolCallId: "c2",
            toolName: "calculator",
            output: { type: "error-text", value: "bad" },
          },
        ],
      },
    ]);
  });

  test.each<[CreateOptions["toolChoice"], unknown]>([
    [undefined, { type: "auto" }],
    ["none", { type: "none" }],
    ["required", { type: "required" }],
    [CALCULATOR, { type: "tool", toolName: "calculator" }],
  ])("the choice of tools %j is %j", async (toolChoice, expected) => {
    const call = await asked(QUESTION, { tools: [CALCULATOR], toolChoice });
    expect(call.toolChoice).toEqual(expected);
    expect(call.tools).toEqual([
      { type: "function", name: "calculator", description: "Adds.", inputSchema: CALCULATOR.parameters },
    ]);
    if (typeof toolChoice === "string") expect(await asked(QUESTION, { toolChoice })).not.toHaveProperty("toolChoice");
    else if (toolChoice !== undefined) await expect(asked(QUESTION, { toolChoice })).rejects.toThrow(ValueError);
  });

  test("JSON, by mode and by schema", async () => {
    expect((await asked(QUESTION, { jsonOutput: true })).responseFormat).toEqual({ type: "json" });
    expect((await asked(QUESTION, { jsonOutput: false })).responseFormat).toEqual({ type: "text" });
    const schema = { type: "object" };
    expect((await asked(QUESTION, { jsonOutput: { name: "sum", schema } })).responseFormat).toEqual({
      type: "json",
      schema,
      name: "sum",
    });
    const open = { type: "object" } as const;
    for (const jsonOutput of [
      { name: "any", schema: open },
      { name: "any", schema: open, strict: false },
    ]) {
      const call = await asked(QUESTION, { jsonOutput }, { providerOptions: { openai: { user: "u" } } });
      expect(call.responseFormat).toMatchObject({ schema: open });
      expect(call.providerOptions).toEqual({ openai: { strictJsonSchema: false, user: "u" } });
    }
    expect(await asked(QUESTION)).not.toHaveProperty("responseFormat");
  });

  test("settings of the call before those of the adapter; provider options joined", async () => {
    const more = {
      settings: { temperature: 0.5, maxOutputTokens: 9 },
      providerOptions: { openai: { store: false, user: "u" } },
    };
    const extraCreateArgs = {
      temperature: 0,
      topP: 0.1,
      stopSequences: ["a"],
      seed: 3,
      providerOptions: { openai: { user: "v" }, mine: { x: 1 } },
      unknown: 5,
    };
    const call = await asked(QUESTION, { extraCreateArgs }, more);
    expect(call).toMatchObject({ temperature: 0, maxOutputTokens: 9, topP: 0.1, stopSequences: ["a"], seed: 3 });
    expect(call.providerOptions).toEqual({ openai: { store: false, user: "v" }, mine: { x: 1 } });
    expect(call).not.toHaveProperty("unknown");
  });
});

test("signed reasoning and the metadata of calls go back with their answer, to the same provider", async () => {
  const signature = { anthropic: { signature: "sig" } };
  const { adapter } = whole([
    { type: "reasoning", text: "2 and 2", providerMetadata: signature },
    {
      type: "tool-call",
      toolCallId: "c1",
      toolName: "calculator",
      input: '{"a":2}',
      providerMetadata: { google: { thoughtSignature: "x" } },
    },
  ]);
  const { content, thought, providerData } = await adapter.create(QUESTION, { tools: [CALCULATOR] });
  expect(thought).toBe("2 and 2");
  const message = AssistantMessage({ content, thought, providerData, source: "a" });
  const again = llmMessageFromJson(JSON.parse(JSON.stringify(llmMessageToJson(message))));
  const call = await asked([...QUESTION, again]);
  expect(call.prompt[1]?.content).toEqual([
    { type: "reasoning", text: "2 and 2", providerOptions: signature },
    {
      type: "tool-call",
      toolCallId: "c1",
      toolName: "calculator",
      input: { a: 2 },
      providerOptions: { google: { thoughtSignature: "x" } },
    },
  ]);
  const other = new MockModel({
    provider: "other",
    doGenerate: { content: [], finishReason: reason("stop"), usage: usage(1, 1), warnings: [] },
  });
  await new AISDKChatCompletionAdapter({ model: other }).create([...QUESTION, again]);
  expect(other.doGenerateCalls[0]?.prompt[1]?.content).toEqual([
    { type: "text", text: "2 and 2" },
    { type: "tool-call", toolCallId: "c1", toolName: "calculator", input: { a: 2 } },
  ]);
});
