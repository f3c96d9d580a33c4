import { afterEach, describe, expect, test, vi } from "vitest";
import type { CacheStore } from "../cache-store/cache-store.ts";
import { InMemoryStore } from "../cache-store/in-memory-store.ts";
import { coreComponents } from "../components/core-components.ts";
import { dumpComponent } from "../components/dump.ts";
import { ComponentRegistry } from "../components/registry.ts";
import { callTool } from "../effects/call-tool.ts";
import { effect } from "../effects/effect.ts";
import type { Journal } from "../journal/journal.ts";
import { recordTo, replayFrom } from "../journal/journals.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { currentRun } from "../run/current-run.ts";
import { openRun } from "../run/open-run.ts";
import { BaseTool } from "./base-tool.ts";
import { cachedTool } from "./cached-tool.ts";
import { tool } from "./function-tool.ts";
import { StaticStreamWorkbench, StaticWorkbench, isStreamTool } from "./static-workbench.ts";
import type { StreamTool, ToolCallOptions } from "./tool.ts";

afterEach(() => void vi.useRealTimers());

/** A tool that counts how often it really runs. */
function counting(execute: (city: string) => unknown = (city) => ({ city, degrees: 24 })) {
  const asked: string[] = [];
  const weather = tool({
    name: "weather",
    description: "The weather.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    execute: ({ city }) => {
      asked.push(String(city));
      return execute(String(city));
    },
    repeat: "safe",
    requiresApproval: ({ city }) => city === "Porto",
  });
  return { weather, asked };
}

/** A tool that shows its steps. */
class Steps extends BaseTool<number> implements StreamTool<string, number> {
  readonly schema = { name: "steps", description: "Steps.", parameters: { type: "object", properties: {} } } as const;
  runs = 0;

  constructor() {
    super({ name: "steps", description: "Steps." });
  }

  runJson(): Promise<number> {
    this.runs += 1;
    return Promise.resolve(2);
  }

  async *runJsonStream(): AsyncGenerator<string | number> {
    this.runs += 1;
    yield "one";
    yield "two";
    yield 2;
  }
}

async function itemsOf(stream: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe("a cached tool", () => {
  test("asks once for equal arguments, and gives the text that a model gets", async () => {
    const { weather, asked } = counting();
    const workbench = new StaticWorkbench({ tools: [cachedTool(weather)] });
    const first = await workbench.callTool("weather", { city: "Lisbon" });
    const second = await workbench.callTool("weather", { city: "Lisbon" });
    expect(first.result).toEqual([{ type: "TextResultContent", content: '{"city":"Lisbon","degrees":24}' }]);
    expect(second).toEqual(first);
    await workbench.callTool("weather", { city: "Faro" });
    expect(asked).toEqual(["Lisbon", "Faro"]);
  });

  test("takes arguments in another order for equal", async () => {
    let runs = 0;
    const parameters = { type: "object", properties: { a: {}, b: {} } } as const;
    const sum = tool({ name: "sum", description: "", parameters, execute: () => (runs += 1) });
    const cached = cachedTool(sum);
    expect([await cached.runJson({ a: 1, b: 2 }), await cached.runJson({ b: 2, a: 1 })]).toEqual(["1", "1"]);
    expect(await cached.runJson({ a: 2, b: 1 })).toBe("2");
  });

  test("keeps name, description, schema and traits", () => {
    const { weather } = counting();
    const cached = cachedTool(weather);
    expect(cached).toMatchObject({ name: "weather", description: "The weather.", repeat: "safe" });
    expect(cached.schema).toBe(weather.schema);
    expect(cached.requiresApproval).toBe(weather.requiresApproval);
    expect(isStreamTool(cached)).toBe(false);
    expect(new StaticWorkbench({ tools: [cached] }).toolTraits("weather")).toMatchObject({
      repeat: "safe",
      streams: false,
      requiresApproval: weather.requiresApproval,
    });
  });

  test("keeps no error: the next call is made", async () => {
    let fails = true;
    const { weather, asked } = counting((city) => {
      if (fails) throw new Error("no connection");
      return city;
    });
    const cached = cachedTool(weather);
    await expect(cached.runJson({ city: "Lisbon" })).rejects.toThrow("no connection");
    fails = false;
    expect(await cached.runJson({ city: "Lisbon" })).toBe("Lisbon");
    expect(asked.length).toBe(2);
    await expect(cached.runJson({})).rejects.toMatchObject({ code: "ERR_TOOL_ARGUMENTS" });
  });

  test("asks again when the time to live is over", async () => {
    vi.useFakeTimers();
    const { weather, asked } = counting();
    const cached = cachedTool(weather, { ttlSeconds: 60 });
    await cached.runJson({ city: "Lisbon" });
    vi.advanceTimersByTime(59_999);
    await cached.runJson({ city: "Lisbon" });
    expect(asked.length).toBe(1);
    vi.advanceTimersByTime(1);
    await cached.runJson({ city: "Lisbon" });
    expect(asked.length).toBe(2);
  });

  test("shares a store with others: the name keeps them apart, and what is no text there counts for nothing", async () => {
    const values = new Map<string, unknown>();
    const store: CacheStore = {
      get: (key) => Promise.resolve(values.get(key)),
      set: (key, value) => void values.set(key, value),
      delete: (key) => values.delete(key),
      clear: () => values.clear(),
    };
    const { weather, asked } = counting();
    const other = tool({ name: "other", description: "", parameters: { type: "object" }, execute: () => "other" });
    await cachedTool(weather, { store }).runJson({ city: "Lisbon" });
    expect(await cachedTool(other, { store }).runJson({ city: "Lisbon" })).toBe("other");
    expect(values.size).toBe(2);
    expect(await cachedTool(weather, { store }).runJson({ city: "Lisbon" })).toContain("24");
    expect(asked.length).toBe(1);
    for (const key of values.keys()) values.set(key, { of: "another program" });
    await cachedTool(weather, { store }).runJson({ city: "Lisbon" });
    expect(asked.length).toBe(2);
  });

  test("makes its calls when the store fails, and warns once", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const store: CacheStore = {
      get: () => Promise.reject(new Error("no connection to the store")),
      set: () => Promise.reject(new Error("no connection to the store")),
      delete: () => false,
      clear: () => undefined,
    };
    const { weather, asked } = counting();
    const cached = cachedTool(weather, { store });
    await cached.runJson({ city: "Lisbon" });
    await cached.runJson({ city: "Lisbon" });
    expect(asked.length).toBe(2);
    expect(warn.mock.calls.map(([text]) => String(text))).toEqual([
      "The cache of the tool 'weather' does not work, and its calls are made: no connection to the store",
    ]);
    warn.mockRestore();
  });

  test("stops waiting for its store on an abort", async () => {
    const store: CacheStore = {
      get: () => new Promise(() => undefined),
      set: () => undefined,
      delete: () => false,
      clear: () => undefined,
    };
    const { weather, asked } = counting();
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const leaving = new AbortController();
    const call = cachedTool(weather, { store }).runJson({ city: "Lisbon" }, { signal: leaving.signal });
    leaving.abort();
    await expect(call).rejects.toMatchObject({ code: "ERR_ABORTED" });
    expect(asked).toEqual([]);
    // An abort is no failure of the store.
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test("still shows what a streaming tool does; what is kept comes alone", async () => {
    const steps = new Steps();
    const cached = cachedTool(steps);
    const workbench = new StaticStreamWorkbench({ tools: [cached] });
    expect(workbench.toolTraits("steps")?.streams).toBe(true);
    const result = { type: "ToolResult", name: "steps", isError: false };
    const content = [{ type: "TextResultContent", content: "2" }];
    expect(await itemsOf(workbench.callToolStream("steps"))).toEqual(["one", "two", { ...result, result: content }]);
    expect(await itemsOf(workbench.callToolStream("steps"))).toEqual([{ ...result, result: content }]);
    expect(await workbench.callTool("steps")).toEqual({ ...result, result: content });
    expect(steps.runs).toBe(1);
  });

  test("shows each step at once where the tool knows its results", async () => {
    const steps = new Steps();
    let isShown = false;
    const knowing: StreamTool<object, number> = Object.assign(steps, {
      isReturnValue: (value: object | number | string) => typeof value === "number",
      async *runJsonStream(): AsyncGenerator<object | number> {
        yield { step: 1 };
        expect(isShown).toBe(true);
        yield 2;
      },
    });
    const workbench = new StaticStreamWorkbench({ tools: [cachedTool(knowing)] });
    const items: unknown[] = [];
    for await (const item of workbench.callToolStream("steps")) {
      items.push(item);
      isShown = true;
    }
    expect(items).toMatchObject([{ step: 1 }, { type: "ToolResult", isError: false }]);
  });

  test("a stream that breaks off keeps nothing", async () => {
    const steps = new Steps();
    steps.runJsonStream = async function* stream(this: Steps) {
      this.runs += 1;
      yield "one";
      throw new Error("broken");
    };
    const cached = cachedTool(steps);
    await expect(itemsOf(cached.runJsonStream({}))).rejects.toThrow("broken");
    await expect(itemsOf(cached.runJsonStream({}))).rejects.toThrow("broken");
    expect(steps.runs).toBe(2);
  });

  test("its state is that of the tool", async () => {
    const steps = new Steps();
    const loaded: unknown[] = [];
    steps.saveStateJson = () => Promise.resolve({ step: 3 });
    steps.loadStateJson = (state) => Promise.resolve(void loaded.push(state));
    const workbench = new StaticWorkbench({ tools: [cachedTool(steps)] });
    const state = await workbench.saveState();
    await workbench.loadState(state);
    expect(loaded).toEqual([{ step: 3 }]);
  });

  test.each([0, -1, Number.NaN])("refuses a time to live of %d", (ttlSeconds) => {
    expect(() => cachedTool(counting().weather, { ttlSeconds })).toThrow("ttlSeconds must be a number above 0");
  });

  test("is a component around the tool's", async () => {
    const { weather } = counting();
    const json = dumpComponent(cachedTool(weather, { ttlSeconds: 60 }));
    expect(json).toMatchObject({
      provider: "tesserae.tools.CachedTool",
      component_type: "tool",
      config: { tool: { provider: "tesserae.tools.FunctionTool", config: { name: "weather" } }, ttl_seconds: 60 },
    });
    expect(json.config).not.toHaveProperty("store");
    const registry = new ComponentRegistry().register(...coreComponents());
    const loaded = await registry.load<ReturnType<typeof cachedTool>>(json, { resolve: { tool: { weather } } });
    expect(await loaded.runJson({ city: "Lisbon" })).toContain("24");
    expect(dumpComponent(loaded)).toEqual(json);
    expect(
      await registry.load(dumpComponent(cachedTool(weather, { store: new InMemoryStore() })), {
        resolve: { tool: { weather } },
      }),
    ).toBeDefined();
  });
});

describe("in a run with a journal", () => {
  /** A tool of two steps that ask for the world. */
  function composite() {
    const asked: string[] = [];
    const inner = tool({
      name: "research",
      description: "",
      parameters: { type: "object" },
      composite: true,
      execute: async (_args, { context }: ToolCallOptions) => {
        const run = context ?? currentRun();
        if (run === undefined) throw new Error("no run");
        return effect(run, { kind: "web", name: "page", request: () => null }, async () => {
          asked.push("page");
          return "found";
        });
      },
    });
    return { inner, asked };
  }

  async function twoCalls(journal: Journal, cached: ReturnType<typeof cachedTool>): Promise<readonly string[]> {
    const run = await openRun({ name: "x", task: "t", journal });
    const workbench = new StaticWorkbench({ tools: [cached] });
    const texts: string[] = [];
    for (const index of [0, 1]) {
      const call = { name: "research", arguments: {}, callId: "", index };
      const result = await callTool(run.context, workbench, call);
      texts.push(JSON.stringify(result.result));
    }
    await run.end({ status: "finished" });
    return texts;
  }

  test("a replay meets an empty cache or a full one, and goes the same way", async () => {
    const store = new MemoryJournalStore();
    const { inner, asked } = composite();
    const cache = new InMemoryStore();
    const recorded = await twoCalls(recordTo(store, { runId: "r" }), cachedTool(inner, { store: cache }));
    expect(asked).toEqual(["page"]);
    expect(await twoCalls(replayFrom(store, "r"), cachedTool(inner, { store: cache }))).toEqual(recorded);
    const empty = new InMemoryStore();
    expect(await twoCalls(replayFrom(store, "r"), cachedTool(inner, { store: empty }))).toEqual(recorded);
    expect(asked).toEqual(["page"]);
  });
});
