import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { describe, expect, test } from "vitest";
import { costOf } from "./cost-of.ts";
import { ReplayChatCompletionClient } from "./replay/index.ts";

const usage = (promptTokens: number, completionTokens: number) => ({ promptTokens, completionTokens });
const said = (source: string, modelsUsage?: ReturnType<typeof usage>) => ({ source, modelsUsage });
const MILLION = 1_000_000;

describe("a usage", () => {
  test("costs what its model's price says, in pico-dollars", () => {
    // 2.50 and 10 dollars for a million tokens.
    expect(costOf(usage(MILLION, 0), "openai/gpt-4o")).toBe(2.5e12);
    expect(costOf(usage(1, 1), "gpt-4o")).toBe(2_500_000 + 10_000_000);
    expect(costOf({ ...usage(100, 0), cachedPromptTokens: 100 }, "gpt-4o")).toBe(100 * 1_250_000);
  });

  test("of a model on one's own machine is free, and of one without a price unknown", () => {
    expect(costOf(usage(5, 5), "ollama/qwen3")).toBe(0);
    expect(costOf(usage(5, 5), "nobody/knows")).toBeUndefined();
    expect(costOf(usage(5, 5), "nobody-knows")).toBeUndefined();
  });

  test("costs what a client says", () => {
    expect(
      costOf(usage(2, 3), { cost: ({ promptTokens, completionTokens }) => promptTokens * 10 + completionTokens }),
    ).toBe(23);
  });
});

describe("a run", () => {
  const messages = [said("user"), said("planner", usage(10, 1)), said("worker", usage(20, 2))];

  test("costs its messages at one price", () => {
    expect(costOf({ messages }, "openai/gpt-4o")).toBe(costOf(usage(30, 3), "openai/gpt-4o"));
  });

  test("of several models costs each message at its own", () => {
    const models = { planner: "anthropic/claude-sonnet-4-6", worker: "openai/gpt-4o-mini" };
    const parts = [costOf(usage(10, 1), models.planner), costOf(usage(20, 2), models.worker)];
    expect(costOf({ messages }, models)).toBe(parts.reduce((a = Number.NaN, b = Number.NaN) => a + b, 0));
    expect(costOf({ messages }, { planner: models.planner, "*": models.worker })).toBe(costOf({ messages }, models));
  });

  test("counts the calls of which no message tells: by the one model, or by that for the rest", () => {
    const run = { messages, usage: usage(130, 13) };
    expect(costOf(run, "gpt-4o")).toBe(costOf(usage(130, 13), "gpt-4o"));
    const models = { planner: "gpt-4o", worker: "gpt-4o" };
    expect(costOf(run, models)).toBeUndefined();
    expect(costOf(run, { ...models, "*": "gpt-4o" })).toBe(costOf(usage(130, 13), "gpt-4o"));
  });

  test("is unknown when one price is", () => {
    expect(costOf({ messages }, { planner: "gpt-4o", worker: "nobody-knows" })).toBeUndefined();
    expect(costOf({ messages }, { planner: "gpt-4o" })).toBeUndefined();
    expect(costOf({ messages: [said("user")] }, {})).toBe(0);
  });

  test("each message is in the tier of its own call", () => {
    // This price doubles above 200,000 tokens of input.
    const name = "gemini/gemini-2.5-pro";
    const each = costOf(usage(150_000, 0), name) ?? Number.NaN;
    const two = [said("a", usage(150_000, 0)), said("b", usage(150_000, 0))];
    expect(costOf({ messages: two }, name)).toBe(2 * each);
    expect(costOf(usage(300_000, 0), name)).toBeGreaterThan(2 * each);
  });

  test("of a team is priced as it stands", async () => {
    const modelClient = new ReplayChatCompletionClient({ chatCompletions: ["one two", "three"] });
    const participants = [new AssistantAgent({ name: "writer", modelClient })];
    const result = await new RoundRobinGroupChat({ participants, maxTurns: 2 }).run("Write.");
    expect(result.usage.completionTokens).toBe(3);
    expect(costOf(result, "gpt-4o")).toBe(costOf(result.usage, "gpt-4o"));
    expect(costOf(result, { writer: "gpt-4o" })).toBe(costOf(result.usage, "gpt-4o"));
  });
});
