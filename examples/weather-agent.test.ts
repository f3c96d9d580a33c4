import { AssistantAgent, messageText } from "@tesserae/agentchat";
import {
  MemoryJournalStore,
  recordTo,
  replayFrom,
  tool,
  type ChatCompletionClient,
  type CreateResult,
} from "@tesserae/core";
import { OpenAIChatCompletionClient } from "@tesserae/ext/models/openai";
import { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";
import { startTestServer } from "@tesserae/ext/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { answers, fails } from "./support/scripted-answer.ts";

/** What is tested: an agent of the application. */
function weatherAgent(modelClient: ChatCompletionClient): AssistantAgent {
  const weather = tool({
    name: "weather",
    description: "The present weather of a city.",
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => `${city}: 24 degrees, sunny`,
  });
  return new AssistantAgent({ name: "weather", modelClient, tools: [weather], reflectOnToolUse: true });
}

describe("the weather agent", () => {
  //#region replay
  test("looks the weather up and tells it", async () => {
    const call: CreateResult = {
      type: "CreateResult",
      finishReason: "function_calls",
      content: [{ id: "1", name: "weather", arguments: '{"city":"Lisbon"}' }],
      usage: { promptTokens: 0, completionTokens: 0 },
      cached: false,
    };
    const modelClient = new ReplayChatCompletionClient({
      chatCompletions: [call, "It is sunny in Lisbon."],
      modelInfo: {
        functionCalling: true,
        jsonOutput: false,
        structuredOutput: false,
        vision: false,
        family: "unknown",
      },
    });

    const { messages } = await weatherAgent(modelClient).run("The weather in Lisbon?");

    expect(messages.map(({ type }) => type)).toEqual([
      "TextMessage",
      "ToolCallRequestEvent",
      "ToolCallExecutionEvent",
      "TextMessage",
    ]);
    // What the model was shown the second time: the result of the tool is in it.
    expect(JSON.stringify(modelClient.createCalls[1]?.messages)).toContain("24 degrees");
  });
  //#endregion

  //#region server
  test("survives a provider that is overloaded for a moment", async () => {
    const server = await startTestServer();
    try {
      server.next(fails(503, "busy", { "retry-after-ms": "1" }), answers("Sunny."));
      const modelClient = new OpenAIChatCompletionClient({ model: "gpt-5-mini", apiKey: "test", baseUrl: server.url });

      const { messages } = await weatherAgent(modelClient).run("The weather in Lisbon?");

      expect(messages.map((message) => messageText(message)).at(-1)).toBe("Sunny.");
      expect(server.requests).toHaveLength(2);
    } finally {
      await server.close();
    }
  });
  //#endregion

  //#region recorded
  test("does what it did when the run was recorded", async () => {
    const store = new MemoryJournalStore(); // a FileJournalStore with a folder of the repository, in a real test
    const journal = recordTo(store);
    const first = new ReplayChatCompletionClient({ chatCompletions: ["Sunny."], modelInfo: CAPABLE });
    const recorded = await weatherAgent(first).run("The weather in Lisbon?", { journal });

    const nobody = new ReplayChatCompletionClient({ chatCompletions: [], modelInfo: CAPABLE });
    const replayed = await weatherAgent(nobody).run(undefined, { journal: replayFrom(store, journal.runId ?? "") });

    expect(replayed.messages).toEqual(recorded.messages);
    expect(nobody.createCalls).toHaveLength(0);
  });
  //#endregion
});

const CAPABLE = { functionCalling: true, jsonOutput: false, structuredOutput: false, vision: false, family: "unknown" };
