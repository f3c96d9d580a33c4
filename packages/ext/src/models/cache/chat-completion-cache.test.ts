import {
  CreateResult,
  createResultToJson,
  dumpComponent,
  InMemoryStore,
  openRun,
  recordTo,
  replayFrom,
  SystemMessage,
  UserMessage,
  callModel,
  MemoryJournalStore,
  tool,
  type CacheStore,
  type CreateOptions,
  type Journal,
  type LLMMessage,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { defaultRegistry } from "../../components/index.ts";
import { collect, completion, forgetWarnings, HELLO, OpenAIFixture } from "../../testing/openai-fixture.ts";
import { json } from "../../testing/test-reply.ts";
import { ReplayChatCompletionClient } from "../replay/index.ts";
import { ChatCompletionCache } from "./chat-completion-cache.ts";
import type { ChatCompletionCacheOptions } from "./options.ts";

const RESPONSES = ["answer number 0", "answer number 1", "answer number 2", "answer number 3"];
const prompt = (number: number): readonly LLMMessage[] => [
  SystemMessage({ content: "Be brief." }),
  UserMessage({ content: `question ${number}`, source: "user" }),
];

/** A cache around a model that says that no cache gave its answers. */
function setUp(options: Partial<ChatCompletionCacheOptions> = {}) {
  const replay = new ReplayChatCompletionClient({ chatCompletions: RESPONSES });
  replay.setCachedBoolValue(false);
  return { replay, client: new ChatCompletionCache({ client: replay, ...options }) };
}

/** A store that holds this one value under every key. */
function holding(value: unknown): CacheStore & { readonly kept: unknown[] } {
  const kept: unknown[] = [];
  return {
    kept,
    get: () => Promise.resolve(value),
    set: (_key, item) => void kept.push(item),
    delete: () => false,
    clear: () => undefined,
  };
}

const RESULT = CreateResult({
  finishReason: "stop",
  content: "from the store",
  usage: { promptTokens: 15, completionTokens: 8 },
});
const KEPT = createResultToJson(RESULT);

beforeEach(forgetWarnings);
afterEach(() => void vi.useRealTimers());

describe("calls", () => {
  test("equal ones are answered from the cache, and say so; others are not", async () => {
    const { client } = setUp();
    expect(await client.create(prompt(0))).toMatchObject({ content: RESPONSES[0], cached: false });
    expect(await client.create(prompt(1))).toMatchObject({ content: RESPONSES[1], cached: false });
    expect(await client.create(prompt(0))).toMatchObject({ content: RESPONSES[0], cached: true, cost: 0 });
    expect(await client.create(prompt(0), { jsonOutput: true })).toMatchObject({
      content: RESPONSES[2],
      cached: false,
    });
  });

  test("what is kept does not change with the copy that somebody got", async () => {
    const { client } = setUp();
    const first = await client.create(prompt(0));
    Object.assign(await client.create(prompt(0)), { content: "changed" });
    expect((await client.create(prompt(0))).content).toBe(RESPONSES[0]);
    expect(first.cached).toBe(false);
  });

  const schema = (name: string) => ({ name, schema: { type: "object", properties: { [name]: { type: "string" } } } });
  const search = { name: "search", parameters: { type: "object", properties: {} } } as const;
  const other = { ...search, name: "other" };

  test.each<[string, CreateOptions, CreateOptions]>([
    ["without a schema", { jsonOutput: schema("a") }, {}],
    ["of another schema", { jsonOutput: schema("a") }, { jsonOutput: schema("b") }],
    ["in JSON mode", {}, { jsonOutput: true }],
    ["that is plain text by request", {}, { jsonOutput: false }],
    ["with other parameters", { extraCreateArgs: { seed: 1 } }, { extraCreateArgs: { seed: 2 } }],
    ["with more reasoning", { reasoningEffort: "low" }, { reasoningEffort: "high" }],
    [
      "with more reasoning, in the provider's words",
      { extraCreateArgs: { reasoning_effort: "low" } },
      { extraCreateArgs: { reasoning_effort: "high" } },
    ],
    ["with tools", {}, { tools: [search] }],
    ["with other tools", { tools: [search] }, { tools: [other] }],
    [
      "with another choice of tools",
      { tools: [search], toolChoice: "auto" },
      { tools: [search], toolChoice: "required" },
    ],
    [
      "with a tool that must be called",
      { tools: [search, other], toolChoice: search },
      { tools: [search, other], toolChoice: other },
    ],
  ])("one %s is another", async (_, options, others) => {
    const { client, replay } = setUp();
    await client.create(prompt(0), options);
    expect((await client.create(prompt(0), others)).cached).toBe(false);
    expect((await client.create(prompt(0), options)).cached).toBe(true);
    expect((await client.create(prompt(0), others)).cached).toBe(true);
    expect(replay.createCalls.length).toBe(2);
  });

  test("a tool and its schema ask the same", async () => {
    const { client } = setUp();
    const weather = tool({ name: "weather", description: "", parameters: { type: "object" }, execute: () => "" });
    await client.create(prompt(0), { tools: [weather] });
    expect((await client.create(prompt(0), { tools: [weather.schema], toolChoice: "auto" })).cached).toBe(true);
  });

  test("other models, other parameters of a client and other namespaces share a store, and no answers", async () => {
    const store = new InMemoryStore();
    const replay = (model: string): ReplayChatCompletionClient =>
      new ReplayChatCompletionClient({ chatCompletions: [model], model });
    const asking = async (options: ChatCompletionCacheOptions): Promise<unknown> =>
      (await new ChatCompletionCache({ store, ...options }).create(prompt(0))).content;
    expect(await asking({ client: replay("a") })).toBe("a");
    expect(await asking({ client: replay("b") })).toBe("b");
    const warm = Object.assign(new ReplayChatCompletionClient({ chatCompletions: ["warm"], model: "a" }), {
      requestDefaults: { temperature: 1 },
    });
    expect(await asking({ client: warm })).toBe("warm");
    const seeded = new ReplayChatCompletionClient({ chatCompletions: ["seeded"], model: "a" });
    expect(await asking({ client: seeded, namespace: "41" })).toBe("seeded");
    expect(await asking({ client: replay("never"), namespace: "41" })).toBe("never");
    expect(await asking({ client: new ReplayChatCompletionClient({ chatCompletions: [], model: "a" }) })).toBe("a");
  });

  test("after the time to live the model is asked again", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { client } = setUp({ ttlSeconds: 60 });
    await client.create(prompt(0));
    vi.advanceTimersByTime(59_999);
    expect((await client.create(prompt(0))).cached).toBe(true);
    vi.advanceTimersByTime(1);
    expect((await client.create(prompt(0))).cached).toBe(false);
  });

  test("from the cache come although they are cancelled; the others do not", async () => {
    const { client } = setUp();
    await client.create(prompt(0));
    const signal = AbortSignal.abort();
    expect((await client.create(prompt(0), { signal })).cached).toBe(true);
    await expect(client.create(prompt(1), { signal })).rejects.toMatchObject({ code: "ERR_ABORTED" });
    expect((await client.create(prompt(1))).cached).toBe(false);
  });
});

describe("usage", () => {
  test("grows with the model's own calls alone; both counters are the model's", async () => {
    const { client, replay } = setUp();
    await client.create(prompt(0));
    const [actual0, total0] = [client.actualUsage(), client.totalUsage()];
    await client.create(prompt(1));
    const total1 = client.totalUsage();
    expect(total1.promptTokens).toBeGreaterThan(total0.promptTokens);
    expect(client.actualUsage()).toEqual(actual0);
    expect((await client.create(prompt(0))).cached).toBe(true);
    expect(client.totalUsage()).toEqual(total1);
    expect(client.actualUsage()).toEqual(replay.actualUsage());
    expect(client.totalUsage()).toEqual(replay.totalUsage());
  });

  test("what is asked of the client is asked of the model", () => {
    const { client, replay } = setUp();
    expect(client.modelInfo).toBe(replay.modelInfo);
    expect([client.model, client.provider]).toEqual([replay.model, replay.provider]);
    expect(client.countTokens(prompt(0))).toBe(replay.countTokens(prompt(0)));
    expect(client.remainingTokens(prompt(0))).toBe(replay.remainingTokens());
    expect([client.cost({ promptTokens: 1, completionTokens: 1 }), client.maxCost(prompt(0))]).toEqual([0, 0]);
  });
});

describe("streams", () => {
  test("are given again piece by piece, from the cache by their last word", async () => {
    const { client } = setUp();
    const first = await collect(client.createStream(prompt(0)));
    const usage = client.totalUsage();
    const again = await collect(client.createStream(prompt(0)));
    expect(again.texts).toEqual(first.texts);
    expect(again.result).toEqual({ ...first.result, cached: true, cost: 0 });
    expect(first.result.cached).toBe(false);
    expect(client.totalUsage()).toEqual(usage);
  });

  test("answer calls", async () => {
    const { client } = setUp();
    const { result } = await collect(client.createStream(prompt(0)));
    expect(await client.create(prompt(0))).toEqual({ ...result, cached: true, cost: 0 });
  });

  test("are answered by calls: the text, then the result", async () => {
    const { client } = setUp();
    const result = await client.create(prompt(0));
    const again = await collect(client.createStream(prompt(0)));
    expect(again).toEqual({ texts: [RESPONSES[0]], result: { ...result, cached: true, cost: 0 } });
  });

  test("and calls mixed ask the model once", async () => {
    const { client, replay } = setUp();
    await collect(client.createStream(prompt(0)));
    await client.create(prompt(0));
    await collect(client.createStream(prompt(0)));
    await client.create(prompt(1));
    await collect(client.createStream(prompt(1)));
    expect(replay.createCalls.length).toBe(2);
  });

  test("that are left are not kept", async () => {
    const { client } = setUp();
    for await (const _ of client.createStream(prompt(0))) break;
    expect((await collect(client.createStream(prompt(0)))).result.cached).toBe(false);
  });
});

describe("what a store gives", () => {
  test.each<[string, unknown]>([
    ["an object", KEPT],
    ["its JSON text", JSON.stringify(KEPT)],
    ["a list with the result at its end", ["from ", "the store", KEPT]],
    ["a list with the result in its middle", ["from ", KEPT, "the store"]],
    ["the JSON text of a list", JSON.stringify(["from the store", KEPT])],
    ["an object of Python's, with nulls", { ...KEPT, logprobs: null, thought: null }],
  ])("%s is an answer", async (_, value) => {
    const store = holding(value);
    const { client, replay } = setUp({ store });
    expect(await client.create(prompt(0))).toEqual({ ...RESULT, cached: true, cost: 0 });
    const items: unknown[] = [];
    for await (const item of client.createStream(prompt(0))) items.push(item);
    expect(items).toContainEqual({ ...RESULT, cached: true, cost: 0 });
    expect(replay.createCalls).toEqual([]);
    expect(store.kept).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 7],
    ["an object of another shape", { invalid: "structure" }],
    ["a result with a part missing", { ...KEPT, finish_reason: undefined }],
    ["a list with something else", ["text", 7, KEPT]],
    ["a list with an object of another shape", ["text", { invalid: true }]],
    ["a list without a result", ["only", "text"]],
    ["an empty list", []],
    ["text that is no JSON", "{broken"],
    ["the JSON text of a number", "7"],
    ["the JSON text of another shape", '{"invalid":true}'],
  ])("%s counts as nothing, and the model is asked", async (_, value) => {
    const store = holding(value);
    const { client } = setUp({ store });
    expect(await client.create(prompt(0))).toMatchObject({ content: RESPONSES[0], cached: false });
    expect((await collect(client.createStream(prompt(0)))).result).toMatchObject({
      content: RESPONSES[1],
      cached: false,
    });
    expect(store.kept).toEqual([
      expect.objectContaining({ content: RESPONSES[0], cached: false }),
      ["answer ", "number ", "1", expect.objectContaining({ content: RESPONSES[1] })],
    ]);
  });

  const call = { id: "call_1", name: "search", arguments: "{}" };

  test.each([
    ["text", "from the store", ["from the store"]],
    ["no text", "", []],
    ["calls", [call], []],
  ])("a result of %s streams as that", async (_, content, texts) => {
    const finishReason = content === "" || typeof content === "string" ? "stop" : "function_calls";
    const { client } = setUp({ store: holding(createResultToJson({ ...RESULT, finishReason, content })) });
    const streamed = await collect(client.createStream(prompt(0)));
    expect(streamed.texts).toEqual(texts);
    expect(streamed.result).toMatchObject({ content, cached: true });
  });
});

describe("what is not kept", () => {
  test("an error: the next call is made", async () => {
    const fixture = await OpenAIFixture.start();
    const client = new ChatCompletionCache({ client: fixture.client({ maxRetries: 0 }) });
    fixture.server.next(json({ error: { message: "out of order" } }, { status: 500 }), completion({ content: "Hi" }));
    await expect(client.create(HELLO)).rejects.toMatchObject({ status: 500 });
    expect(await client.create(HELLO)).toMatchObject({ content: "Hi", cached: false });
    expect(await client.create(HELLO)).toMatchObject({ content: "Hi", cached: true });
    await fixture.close();
  });

  test("an answer that holds nothing", async () => {
    const replay = new ReplayChatCompletionClient({ chatCompletions: ["", "something"] });
    const client = new ChatCompletionCache({ client: replay });
    expect((await client.create(prompt(0))).content).toBe("");
    expect((await client.create(prompt(0))).content).toBe("something");
  });
});

test("a store that fails is warned of once, and the model is asked", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const store: CacheStore = {
    get: () => Promise.reject(new Error("no connection")),
    set: () => {
      throw new Error("no connection");
    },
    delete: () => false,
    clear: () => undefined,
  };
  const { client } = setUp({ store });
  expect((await client.create(prompt(0))).content).toBe(RESPONSES[0]);
  expect((await client.create(prompt(0))).content).toBe(RESPONSES[1]);
  expect(warn.mock.calls.map(([text]) => String(text))).toEqual([
    'The cache of the model "replay" does not work, and its calls are made: no connection',
  ]);
  warn.mockRestore();
});

test("in a run the answer from the cache costs nothing, and a replay does not look into the cache", async () => {
  const store = new MemoryJournalStore();
  const cache = holding(KEPT);
  const asked = vi.spyOn(cache, "get");
  const body = async (journal: Journal): Promise<unknown> => {
    const run = await openRun({ name: "x", task: "t", journal });
    const { client } = setUp({ store: cache });
    const result = await callModel(run.context, client, prompt(0), { purpose: "reply" });
    const cost = run.cost();
    await run.end({ status: "finished" });
    return { result, cost };
  };
  const recorded = await body(recordTo(store, { runId: "r" }));
  expect(recorded).toMatchObject({ result: { content: "from the store", cached: true }, cost: 0 });
  expect(await body(replayFrom(store, "r"))).toEqual(recorded);
  expect(asked).toHaveBeenCalledOnce();
});

test("closing closes the model and leaves the store alone", async () => {
  const store = holding(undefined);
  const clear = vi.spyOn(store, "clear");
  const { client, replay } = setUp({ store });
  const close = vi.spyOn(replay, "close");
  await client.close();
  expect(close).toHaveBeenCalledOnce();
  expect(clear).not.toHaveBeenCalled();
});

test.each([0, -1, Number.NaN])("a time to live of %d is refused", (ttlSeconds) => {
  expect(() => setUp({ ttlSeconds })).toThrow("ttlSeconds must be a number above 0");
});

test("a cache without a client is refused when it is made", () => {
  expect(() => new ChatCompletionCache(JSON.parse("{}"))).toThrow("needs a client");
});

describe("as a component", () => {
  const PYTHON = {
    provider: "autogen_ext.models.cache.ChatCompletionCache",
    component_type: "chat_completion_cache",
    version: 1,
    component_version: 1,
    description: "A wrapper around a client that caches.",
    label: "ChatCompletionCache",
    config: {
      client: {
        provider: "autogen_ext.models.replay.ReplayChatCompletionClient",
        component_type: "replay_chat_completion_client",
        version: 1,
        component_version: 1,
        description: null,
        label: "ReplayChatCompletionClient",
        config: { chat_completions: ["one"] },
      },
    },
  };

  test("Python's file loads, and is written again", async () => {
    const loaded = await defaultRegistry().load<ChatCompletionCache>(PYTHON, { expected: "chat_completion_cache" });
    expect((await loaded.create(prompt(0))).content).toBe("one");
    expect((await loaded.create(prompt(0))).cached).toBe(true);
    const dump = dumpComponent(loaded);
    expect(Object.keys(dump.config)).toEqual(["client"]);
    expect(dump).toMatchObject({ provider: PYTHON.provider, component_type: PYTHON.component_type });
  });

  test("time to live and namespace are kept; a store is a component of its own", async () => {
    const store = { provider: "autogen_core.InMemoryStore", component_type: "cache_store", config: {} };
    const config = { ...PYTHON.config, store, ttl_seconds: 60, namespace: "41" };
    const loaded = await defaultRegistry().load<ChatCompletionCache>({ ...PYTHON, config });
    expect(loaded).toMatchObject({ ttlSeconds: 60, namespace: "41" });
    expect(dumpComponent(loaded).config).toMatchObject({ ttl_seconds: 60, namespace: "41" });
    expect(() => dumpComponent(setUp({ store: holding(1) }).client)).toThrow("cannot be written as JSON");
  });

  test("an agent takes it where it takes a client", async () => {
    const agent = {
      provider: "autogen_agentchat.agents.AssistantAgent",
      component_type: "agent",
      config: {
        name: "clerk",
        description: "Answers.",
        model_client: PYTHON,
        tool_call_summary_format: "{result}",
        reflect_on_tool_use: false,
      },
    };
    await expect(defaultRegistry().load(agent, { expected: "agent" })).resolves.toBeDefined();
  });
});
