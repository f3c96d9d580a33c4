import { tool as ours } from "@tesserae/core";
import { registerHooks } from "node:module";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fromAISDKTool, toAISDKTool } from "./index.ts";

// The tests run with the export condition "source", under which this dependency of the AI SDK offers sources of its
// own, and Node runs none that lie in node_modules.
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("eventsource-parser")) return next(specifier, context);
    const conditions = context.conditions.filter((condition) => condition !== "source");
    return next(specifier, { ...context, conditions });
  },
});
const { generateText, jsonSchema, stepCountIs, tool: theirs } = await import("ai");
const { MockLanguageModelV3 } = await import("ai/test");

const stock = ours({
  name: "stock",
  description: "How many there are.",
  parameters: z.object({ article: z.string() }),
  execute: ({ article }) => ({ article, left: 12 }),
});

describe("a tool of ours in the AI SDK", () => {
  test("is seen by the model as it is, and its result is the same text", async () => {
    const usage = {
      inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 1, text: 1, reasoning: 0 },
    };
    const model = new MockLanguageModelV3({
      doGenerate: async ({ prompt }) =>
        prompt.at(-1)?.role === "tool"
          ? {
              content: [{ type: "text", text: "Twelve." }],
              finishReason: { unified: "stop", raw: "stop" },
              usage,
              warnings: [],
            }
          : {
              content: [{ type: "tool-call", toolCallId: "1", toolName: "stock", input: '{"article":"T-1"}' }],
              finishReason: { unified: "tool-calls", raw: "tool_calls" },
              usage,
              warnings: [],
            },
    });
    const { text, steps } = await generateText({
      model,
      tools: { stock: toAISDKTool(stock) },
      prompt: "How many T-1?",
      stopWhen: stepCountIs(3),
    });
    expect(text).toBe("Twelve.");
    expect(steps[0]?.toolResults[0]?.output).toBe('{"article":"T-1","left":12}');
    expect(model.doGenerateCalls[0]?.tools?.[0]).toMatchObject({
      name: "stock",
      description: "How many there are.",
      inputSchema: stock.schema.parameters,
    });
  });

  test("fails its call with what was wrong", async () => {
    await expect(toAISDKTool(stock).execute({ article: 7 }, { toolCallId: "1" })).rejects.toThrow("article");
  });
});

describe("a tool of the AI SDK with us", () => {
  test("of a zod schema and of a JSON Schema has its parameters, checks them and runs", async () => {
    const zod = fromAISDKTool(
      "double",
      theirs({ description: "Doubles.", inputSchema: z.object({ n: z.number() }), execute: async ({ n }) => n * 2 }),
    );
    expect(zod.schema).toMatchObject({ name: "double", description: "Doubles.", parameters: { required: ["n"] } });
    expect(await zod.runJson({ n: 4 })).toBe(8);
    await expect(zod.runJson({ n: "four" })).rejects.toThrow("n");

    const schema = jsonSchema<{ n: number }>(
      { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
      {
        validate: (value) =>
          (value as { n?: unknown }).n === 1
            ? { success: true, value: { n: 1 } }
            : { success: false, error: new Error("n must be 1") },
      },
    );
    const json = fromAISDKTool("one", theirs({ inputSchema: schema, execute: async ({ n }) => n }));
    expect(await json.runJson({ n: 1 })).toBe(1);
    await expect(json.runJson({ n: 2 })).rejects.toThrow("n must be 1");
  });

  test("that yields on its way gives its last result, and one that needs approval asks for it", async () => {
    const steps = fromAISDKTool(
      "steps",
      theirs({
        inputSchema: z.object({ euros: z.number() }),
        needsApproval: ({ euros }) => euros > 10,
        async *execute() {
          yield "working";
          yield "done";
        },
      }),
    );
    expect(await steps.runJson({ euros: 1 })).toBe("done");
    const { requiresApproval } = steps;
    if (typeof requiresApproval !== "function") throw new Error("expected a function");
    expect([await requiresApproval({ euros: 1 }), await requiresApproval({ euros: 11 })]).toEqual([false, true]);
  });

  test("is told of an abort; one that cannot be run here is refused", async () => {
    let told: AbortSignal | undefined;
    const slow = fromAISDKTool(
      "slow",
      theirs({
        inputSchema: z.object({}),
        execute: (_input, { abortSignal }) => {
          told = abortSignal;
          return new Promise<string>(() => undefined);
        },
      }),
    );
    const controller = new AbortController();
    const running = slow.runJson({}, { signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(running).rejects.toThrow();
    expect(told?.aborted).toBe(true);
    expect(() => fromAISDKTool("page", theirs({ inputSchema: z.object({}) }))).toThrow("no execute");
  });
});
