import { describe, expect, test } from "vitest";
import { coreComponents } from "../components/core-components.ts";
import { dumpComponent } from "../components/dump.ts";
import { ComponentRegistry } from "../components/registry.ts";
import { RuntimeError, isAbortError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import { BaseTool } from "./base-tool.ts";
import { tool } from "./function-tool.ts";
import { limitToolResult } from "./limit-tool-result.ts";
import { StaticStreamWorkbench, StaticWorkbench } from "./static-workbench.ts";
import type { StreamTool, Tool, ToolCallOptions, ToolSchema } from "./tool.ts";
import { toolResultFromJson, toolResultToJson, toolResultToText } from "./tool-result.ts";
import type { ToolResult } from "./workbench.ts";

const double: Tool = tool({
  name: "double",
  description: "Doubles.",
  parameters: { type: "object", properties: { x: { type: "integer" } }, required: ["x"] },
  execute: ({ x }) => Number(x) * 2,
});

function failing(error: unknown): Tool {
  return tool({
    name: "failing",
    description: "Fails.",
    parameters: { type: "object" },
    execute: (): string => {
      throw error;
    },
  });
}

/** Counts up, and says how far it came. */
class Counter extends BaseTool implements StreamTool {
  readonly schema: ToolSchema = {
    name: "count",
    description: "Counts.",
    parameters: { type: "object", properties: {} },
  };
  readonly #failAt: number;
  #calls = 0;

  constructor(failAt = Number.POSITIVE_INFINITY) {
    super({ name: "count", description: "Counts." });
    this.#failAt = failAt;
  }

  async runJson(): Promise<unknown> {
    return { final_count: 3 };
  }

  async *runJsonStream(_args: unknown, { signal }: ToolCallOptions = {}): AsyncGenerator<unknown> {
    this.#calls += 1;
    let count = 0;
    for (;;) {
      if (count === 3 || signal?.aborted === true) break;
      count += 1;
      if (count > this.#failAt) throw new Error("lost count");
      yield { count };
    }
    yield { final_count: count };
  }

  override async saveStateJson(): Promise<JsonObject> {
    return { calls: this.#calls };
  }

  override async loadStateJson(state: JsonObject): Promise<void> {
    this.#calls = Number(state["calls"]);
  }
}

async function streamed(
  workbench: StaticStreamWorkbench,
  name: string,
  options?: ToolCallOptions,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for await (const item of workbench.callToolStream(name, {}, options)) items.push(item);
  return items;
}

const textOf = (result: unknown): string => toolResultToText(result as ToolResult);

describe("a static workbench", () => {
  const workbench = new StaticWorkbench({ tools: [double, failing(new Error(" it broke "))] });

  test("needs a list of tools", () => {
    for (const options of [undefined, {}, { tools: 5 }, { tools: ["add"] }]) {
      expect(() => new StaticWorkbench(options as never)).toThrow(/must be a list of tools: make each with tool\(\)/);
    }
  });

  test("lists its tools and calls them by name", async () => {
    expect((await workbench.listTools()).map(({ name }) => name)).toEqual(["double", "failing"]);
    expect(await workbench.callTool("double", { x: 5 })).toEqual({
      type: "ToolResult",
      name: "double",
      result: [{ type: "TextResultContent", content: "10" }],
      isError: false,
    });
  });

  test.each<readonly [string, JsonObject | undefined, RegExp]>([
    ["failing", {}, /^it broke$/],
    ["double", {}, /"x"/],
    ["double", undefined, /"x"/],
    ["unknown", {}, /^Tool unknown not found\.$/],
    ["constructor", {}, /not found/],
  ])("a call of %s with %j is an error result", async (name, args, text) => {
    const result = await workbench.callTool(name, args);
    expect(result).toMatchObject({ name, isError: true });
    expect(textOf(result)).toMatch(text);
  });

  test("an aggregate error tells each message on a line", async () => {
    const error = new AggregateError([new Error("one "), new AggregateError([new Error("two")])]);
    expect(textOf(await new StaticWorkbench({ tools: [failing(error)] }).callTool("failing"))).toBe("one\ntwo");
  });

  test("an abort escapes; so does what ends the run; a tool's own abort does not", async () => {
    const aborted = await workbench
      .callTool("double", { x: 1 }, { signal: AbortSignal.abort() })
      .catch((error: unknown) => error);
    expect(isAbortError(aborted)).toBe(true);
    const waiting = failing(new RuntimeError("nobody is there", { code: "ERR_INPUT_WAITING" }));
    await expect(new StaticWorkbench({ tools: [waiting] }).callTool("failing")).rejects.toThrow("nobody is there");
    const timedOut = failing(new DOMException("took too long", "TimeoutError"));
    expect(await new StaticWorkbench({ tools: [timedOut] }).callTool("failing")).toMatchObject({ isError: true });
  });

  test("saves and loads the state of its tools, and ignores tools it does not have", async () => {
    const counter = new StaticStreamWorkbench({ tools: [new Counter()] });
    await streamed(counter, "count");
    expect(await counter.saveState()).toEqual({ type: "StaticWorkbenchState", tools: { count: { calls: 1 } } });
    await counter.loadState({ type: "StaticWorkbenchState", tools: { count: { calls: 7 }, other: { x: 1 } } });
    expect(await counter.saveState()).toMatchObject({ tools: { count: { calls: 7 } } });
    await expect(counter.loadState({})).rejects.toThrow(/"tools"/);
  });
});

describe("a streaming static workbench", () => {
  test("gives three items, then the result", async () => {
    const items = await streamed(new StaticStreamWorkbench({ tools: [new Counter()] }), "count");
    expect(items.slice(0, 3)).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
    expect(textOf(items[3])).toContain("final_count");
    expect(items).toHaveLength(4);
  });

  test("keeps what came before an error", async () => {
    const items = await streamed(new StaticStreamWorkbench({ tools: [new Counter(1)] }), "count");
    expect(items).toMatchObject([{ count: 1 }, { isError: true, result: [{ content: "lost count" }] }]);
  });

  test("gives one result for a plain tool, and for an unknown one", async () => {
    const workbench = new StaticStreamWorkbench({ tools: [double] });
    expect(await streamed(workbench, "double")).toMatchObject([{ name: "double", isError: true }]);
    expect(await streamed(workbench, "unknown")).toMatchObject([{ name: "unknown", isError: true }]);
  });

  test("a tool that watches the signal ends early and answers with what it has", async () => {
    const workbench = new StaticStreamWorkbench({ tools: [new Counter()] });
    const controller = new AbortController();
    const items: unknown[] = [];
    for await (const item of workbench.callToolStream("count", {}, { signal: controller.signal })) {
      items.push(item);
      controller.abort();
    }
    expect(items.length).toBeGreaterThanOrEqual(2);
    expect(items.at(-1)).toMatchObject({ type: "ToolResult", isError: false });
  });

  test("shows an item at once when the tool tells its return value from it, also through a wrapper", async () => {
    let made = 0;
    class Telling extends Counter {
      override async *runJsonStream(): AsyncGenerator<unknown> {
        for (; made < 3;) yield { count: (made += 1) };
        yield { final_count: 3 };
      }
      isReturnValue(value: unknown): boolean {
        return isObject(value) && "final_count" in value;
      }
    }
    for (const one of [new Telling(), limitToolResult(new Telling(), { maxChars: 99 })]) {
      made = 0;
      const shown: unknown[] = [];
      for await (const item of new StaticStreamWorkbench({ tools: [one] }).callToolStream("count")) {
        shown.push([made, isObject(item) ? (item["count"] ?? item["type"]) : item]);
      }
      expect(shown).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
        [3, "ToolResult"],
      ]);
    }
  });

  test("a stream without a return value is an error result", async () => {
    class Empty extends Counter {
      override async *runJsonStream(): AsyncGenerator<unknown> {
        // Nothing comes.
      }
    }
    const items = await streamed(new StaticStreamWorkbench({ tools: [new Empty()] }), "count");
    expect(items).toMatchObject([
      { isError: true, result: [{ content: expect.stringMatching(/without a return value/) }] },
    ]);
  });
});

describe("overrides", () => {
  const overridden = new StaticStreamWorkbench({
    tools: [double, failing(new Error("x")), new Counter()],
    toolOverrides: {
      double: { name: "twice", description: "Twice." },
      failing: { description: "Other." },
      count: { name: "number" },
    },
  });

  test("change name, description or both, for the model", async () => {
    expect((await overridden.listTools()).map(({ name, description }) => [name, description])).toEqual([
      ["twice", "Twice."],
      ["failing", "Other."],
      ["number", "Counts."],
    ]);
  });

  test("are called by the new name, the result bears it; the old one still works; streaming too", async () => {
    expect(await overridden.callTool("twice", { x: 2 })).toMatchObject({ name: "twice", result: [{ content: "4" }] });
    expect(await overridden.callTool("double", { x: 2 })).toMatchObject({ name: "double", isError: false });
    expect((await streamed(overridden, "number")).at(-1)).toMatchObject({ name: "number", isError: false });
  });

  test("survive dump and load", async () => {
    const registry = new ComponentRegistry().register(...coreComponents());
    const workbench = new StaticWorkbench({ tools: [double], toolOverrides: { double: { name: "twice" } } });
    const dump = dumpComponent(workbench);
    expect(dump.config).toMatchObject({ tool_overrides: { double: { name: "twice" } } });
    const loaded = await registry.load<StaticWorkbench>(dump, { resolve: { tool: { double } } });
    expect(dumpComponent(loaded)).toEqual(dump);
    expect(loaded.staticTools[0]?.name).toBe("twice");
  });

  test.each<readonly [{ [tool: string]: { name?: string } }, RegExp]>([
    [{ double: { name: "failing" } }, /has already/],
    [{ double: { name: "same" }, failing: { name: "same" } }, /has already/],
    [{ other: { name: "x" } }, /names 'other'/],
  ])("%j is refused", (toolOverrides, problem) => {
    expect(() => new StaticWorkbench({ tools: [double, failing(0)], toolOverrides })).toThrow(problem);
  });

  test("to the same name change nothing; two tools of one name are refused", () => {
    expect(new StaticWorkbench({ tools: [double], toolOverrides: { double: { name: "double" } } }).staticTools).toEqual(
      [double.schema],
    );
    expect(() => new StaticWorkbench({ tools: [double, double] })).toThrow(/'double'/);
  });
});

describe("a tool's result", () => {
  const image = { type: "ImageResultContent", content: { data: "iVBORw0KGgo=" } };
  const json = {
    type: "ToolResult",
    name: "f",
    result: [{ type: "TextResultContent", content: "a" }, image],
    is_error: false,
  };

  test("round-trips Python's JSON", () => {
    expect(toolResultToJson(toolResultFromJson(json))).toEqual(json);
  });

  test("as text: parts by lines, an image as its base64 or what replaces it", () => {
    const result = toolResultFromJson(json);
    expect(toolResultToText(result)).toBe("a\n[Image: iVBORw0KGgo=]");
    expect(toolResultToText(result, "<image>")).toBe("a\n<image>");
    expect(toolResultToText(result, (one) => one.mediaType)).toBe("a\nimage/png");
  });

  test.each([
    null,
    {},
    { name: "f" },
    { name: "f", result: [{}] },
    { name: "f", result: [{ type: "ImageResultContent" }] },
  ])("%j is refused", (bad) => {
    expect(() => toolResultFromJson(bad)).toThrow();
  });
});
