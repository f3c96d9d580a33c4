import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coreComponents } from "../components/core-components.ts";
import { dumpComponent } from "../components/dump.ts";
import { ComponentRegistry } from "../components/registry.ts";
import { BaseTool } from "./base-tool.ts";
import { cachedTool } from "./cached-tool.ts";
import { tool } from "./function-tool.ts";
import { limitToolResult } from "./limit-tool-result.ts";
import { StaticStreamWorkbench, StaticWorkbench } from "./static-workbench.ts";
import type { StreamTool } from "./tool.ts";

const echo = tool({
  name: "echo",
  description: "Says it again.",
  parameters: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  execute: ({ text }) => String(text),
  repeat: "safe",
  requiresApproval: true,
});

async function said(maxChars: number, text: string): Promise<string> {
  const workbench = new StaticWorkbench({ tools: [limitToolResult(echo, { maxChars })] });
  const [part] = (await workbench.callTool("echo", { text })).result;
  return part?.type === "TextResultContent" ? part.content : "";
}

describe("a tool with a limit", () => {
  test("says what was cut; what fits stays as it is", async () => {
    expect(await said(5, "abcde")).toBe("abcde");
    expect(await said(5, "abcdefgh")).toBe("abcde\n[Cut: 3 of 8 characters are left out here.]");
  });

  test("cuts no character in half", async () => {
    expect(await said(2, "a😀b")).toBe("a\n[Cut: 3 of 4 characters are left out here.]");
    expect(await said(3, "a😀b")).toBe("a😀\n[Cut: 1 of 4 characters are left out here.]");
  });

  test("keeps the beginning of any text, at most so many characters, and counts right", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 20 }), async (text, maxChars) => {
        const result = await said(maxChars, text);
        if (text.length <= maxChars) {
          expect(result).toBe(text);
          return;
        }
        const [, kept = "", missing, all] = /^([^]*)\n\[Cut: (\d+) of (\d+) [^\n]*$/.exec(result) ?? [];
        expect(text.startsWith(kept)).toBe(true);
        expect(kept.length).toBeLessThanOrEqual(maxChars);
        expect([kept.length + Number(missing), Number(all)]).toEqual([text.length, text.length]);
      }),
    );
  });

  test("keeps name, schema and traits, and what a program gets", async () => {
    const limited = limitToolResult(echo, { maxChars: 1 });
    expect(limited).toMatchObject({
      name: "echo",
      description: "Says it again.",
      repeat: "safe",
      requiresApproval: true,
    });
    expect(limited.schema).toBe(echo.schema);
    expect(await limited.runJson({ text: "long" })).toBe("long");
    await expect(limited.runJson({})).rejects.toMatchObject({ code: "ERR_TOOL_ARGUMENTS" });
  });

  test("still streams: items are whole, the result is cut", async () => {
    class Steps extends BaseTool<string> implements StreamTool<string, string> {
      readonly schema = { name: "steps" };

      constructor() {
        super({ name: "steps", description: "" });
      }

      runJson(): Promise<string> {
        return Promise.resolve("the end");
      }

      async *runJsonStream(): AsyncGenerator<string> {
        yield "a long step";
        yield "the end";
      }
    }
    const workbench = new StaticStreamWorkbench({ tools: [limitToolResult(new Steps(), { maxChars: 3 })] });
    const items: unknown[] = [];
    for await (const item of workbench.callToolStream("steps")) items.push(item);
    expect(items).toEqual([
      "a long step",
      expect.objectContaining({
        result: [{ type: "TextResultContent", content: "the\n[Cut: 4 of 7 characters are left out here.]" }],
      }),
    ]);
  });

  test("goes around a cached tool, or into it", async () => {
    const around = limitToolResult(cachedTool(echo), { maxChars: 2 });
    expect(around.returnValueAsString(await around.runJson({ text: "abc" }))).toContain("ab\n[Cut: 1 of 3");
    const into = cachedTool(limitToolResult(echo, { maxChars: 2 }));
    expect(await into.runJson({ text: "abc" })).toContain("ab\n[Cut: 1 of 3");
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses a limit of %d", (maxChars) => {
    expect(() => limitToolResult(echo, { maxChars })).toThrow("maxChars must be a whole number above 0");
  });

  test("is a component around the tool's", async () => {
    const json = dumpComponent(limitToolResult(echo, { maxChars: 2 }));
    expect(json).toMatchObject({
      provider: "tesserae.tools.LimitedTool",
      component_type: "tool",
      config: { tool: { config: { name: "echo" } }, max_chars: 2 },
    });
    const registry = new ComponentRegistry().register(...coreComponents());
    const loaded = await registry.load(json, { resolve: { tool: { echo } } });
    expect(dumpComponent(loaded)).toEqual(json);
    await expect(registry.load({ ...json, config: { ...json.config, max_chars: 0 } })).rejects.toThrow(
      "/config/max_chars",
    );
  });
});
