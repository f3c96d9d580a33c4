import { DynamicTool, tool as langChainTool } from "@langchain/core/tools";
import { AssistantAgent } from "@tesserae/agentchat";
import { CreateResult, isTesseraeError } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { z as z3 } from "zod3";
import { ReplayChatCompletionClient } from "../../models/replay/index.ts";
import { LangChainToolAdapter } from "./langchain-tool-adapter.ts";

const passengers = [
  { name: "Ada", age: 36 },
  { name: "Bob", age: 24 },
];
const averageAge = langChainTool(
  ({ atLeast }: { atLeast: number }) => {
    const ages = passengers.map(({ age }) => age).filter((age) => age >= atLeast);
    return ages.reduce((sum, age) => sum + age, 0) / ages.length;
  },
  {
    name: "average_age",
    description: "The average age of the passengers.",
    schema: z.object({ atLeast: z.number().describe("Only those of this age or older.") }),
  },
);

describe("a LangChain.js tool", () => {
  test("of a zod schema tells the model its name, description and parameters, and runs", async () => {
    const adapter = new LangChainToolAdapter(averageAge);
    expect(adapter.schema).toEqual({
      name: "average_age",
      description: "The average age of the passengers.",
      parameters: {
        type: "object",
        properties: { atLeast: { type: "number", description: "Only those of this age or older." } },
        required: ["atLeast"],
        additionalProperties: false,
      },
      strict: false,
    });
    const result = await adapter.runJson({ atLeast: 0 });
    expect(result).toBe(30);
    expect(adapter.returnValueAsString(result)).toBe("30");
  });

  test("of a zod 3 schema, of a JSON Schema and of a single text", async () => {
    const zod3 = langChainTool(({ city }: { city: string }) => `sunny in ${city}`, {
      name: "weather",
      description: "Weather.",
      schema: z3.object({ city: z3.string() }) as never,
    });
    const json = langChainTool((input) => ({ got: input }), {
      name: "echo",
      description: "Echoes.",
      schema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] } as const,
    });
    const single = new DynamicTool({ name: "shout", description: "Shouts.", func: async (text) => text.toUpperCase() });
    const adapters = [zod3, json, single].map((tool) => new LangChainToolAdapter(tool));
    expect(adapters.map(({ schema }) => Object.keys(schema.parameters?.properties ?? {}))).toEqual([
      ["city"],
      ["text"],
      ["input"],
    ]);
    expect(await adapters[0]?.runJson({ city: "Oslo" })).toBe("sunny in Oslo");
    const echoed = await adapters[1]?.runJson({ text: "hi" });
    expect(adapters[1]?.returnValueAsString(echoed)).toBe('{"got":{"text":"hi"}}');
    expect(await adapters[2]?.runJson({ input: "hey" })).toBe("HEY");
  });

  test("refuses arguments that do not fit, by itself, and what it throws comes through", async () => {
    await expect(new LangChainToolAdapter(averageAge).runJson({ atLeast: "old" })).rejects.toThrow("atLeast");
    const broken = langChainTool(() => Promise.reject(new RangeError("no table")), {
      name: "broken",
      description: "",
      schema: z.object({}),
    });
    await expect(new LangChainToolAdapter(broken).runJson({})).rejects.toThrow("no table");
  });

  test("is told of an abort, and need not obey", async () => {
    let told: AbortSignal | undefined;
    const slow = langChainTool(
      (_input, { signal }) => {
        told = signal;
        return new Promise<string>(() => undefined);
      },
      { name: "slow", description: "", schema: z.object({}) },
    );
    const adapter = new LangChainToolAdapter(slow);
    const controller = new AbortController();
    const running = adapter.runJson({}, { signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(running).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_ABORTED"));
    expect(told?.aborted).toBe(true);
    expect(() => adapter.runJson({}, { signal: controller.signal })).toThrow();
  });

  test("serves an agent", async () => {
    const usage = { promptTokens: 1, completionTokens: 1 };
    const call = { id: "1", name: "average_age", arguments: '{"atLeast":30}' };
    const modelClient = new ReplayChatCompletionClient({
      chatCompletions: [CreateResult({ finishReason: "function_calls", content: [call], usage })],
      modelInfo: {
        vision: false,
        functionCalling: true,
        jsonOutput: false,
        structuredOutput: false,
        family: "unknown",
      },
    });
    const agent = new AssistantAgent({ name: "analyst", modelClient, tools: [new LangChainToolAdapter(averageAge)] });
    const { messages } = await agent.run("How old are those over 30?");
    expect(messages.at(-1)).toMatchObject({ type: "ToolCallSummaryMessage", content: "36" });
  });

  test("that is none is refused with what was expected", () => {
    expect(() => new LangChainToolAdapter({ name: "x" } as never)).toThrow("LangChain.js tool");
  });
});
