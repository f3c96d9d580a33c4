import {
  dumpComponent,
  imageFromBase64,
  MASKED_SECRET,
  UnboundedChatCompletionContext,
  UserMessage,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { defaultRegistry } from "../../components/index.ts";
import { json, startTestServer, type TestHandler, type TestServer } from "../../testing/index.ts";
import { Mem0Memory, type Mem0Client, type Mem0MemoryOptions } from "./index.ts";

/** A Mem0 that keeps what it is told as it is, and finds what shares a word. */
class FakeMem0 implements Mem0Client {
  readonly calls: unknown[] = [];
  #kept: { readonly memory: string; readonly userId: string; readonly metadata: object }[] = [];

  constructor(search?: Mem0Client["search"]) {
    if (search !== undefined) this.search = search;
  }

  add: Mem0Client["add"] = (messages, { metadata, userId }) => {
    this.calls.push(["add", messages, userId, metadata]);
    this.#kept.push(...messages.map(({ content }) => ({ memory: content, userId, metadata })));
    return Promise.resolve({});
  };

  search: Mem0Client["search"] = (query, { limit, userId }) => {
    this.calls.push(["search", query, userId, limit]);
    const words = query.toLowerCase().match(/\w+/g) ?? [];
    const found = this.#kept.filter((one) => one.userId === userId && words.some((word) => one.memory.includes(word)));
    return Promise.resolve(found.slice(0, limit).map(({ memory, metadata }) => ({ memory, metadata, score: 0.7 })));
  };

  deleteAll: Mem0Client["deleteAll"] = ({ userId }) => {
    this.calls.push(["deleteAll", userId]);
    this.#kept = this.#kept.filter((one) => one.userId !== userId);
    return Promise.resolve({});
  };
}

beforeEach(() => void vi.spyOn(process, "emitWarning").mockImplementation(() => undefined));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const text = (content: string) => ({ content, mimeType: "text/plain" });

describe.each([
  ["the cloud", { isCloud: true }],
  ["a Mem0 of one's own", { isCloud: false, config: { path: ":memory:" } }],
])("a memory in %s", (_, where) => {
  test("tells Mem0 what it is given, asks it, and forgets all of one user", async () => {
    const client = new FakeMem0();
    const memory = new Mem0Memory({ ...where, userId: "ann", limit: 2, client });
    const metadata = Object.freeze({ category: "color" });
    await memory.add({ content: "likes blue", mimeType: "text/markdown", metadata });
    await memory.add({ content: { likes: "tea" }, mimeType: "application/json" });
    await memory.add({ ...text("likes red"), metadata: { user_id: "bob", category: "color" } });
    expect((await memory.query("what is blue?")).results).toEqual([
      { content: "likes blue", mimeType: "text/plain", metadata: { category: "color", score: 0.7 } },
    ]);
    expect(
      (await memory.query({ content: { likes: 1 }, mimeType: "application/json" }, { limit: 1 })).results,
    ).toHaveLength(1);
    expect((await memory.query("")).results).toEqual([]);
    await memory.clear();
    expect((await memory.query("likes")).results).toEqual([]);
    expect(client.calls).toEqual([
      ["add", [{ role: "user", content: "likes blue" }], "ann", { category: "color" }],
      ["add", [{ role: "user", content: '{"likes":"tea"}' }], "ann", {}],
      ["add", [{ role: "user", content: "likes red" }], "bob", { category: "color" }],
      ["search", "what is blue?", "ann", 2],
      ["search", '{"likes":1}', "ann", 1],
      ["deleteAll", "ann"],
      ["search", "likes", "ann", 2],
    ]);
    await memory.close();
  });

  test("adds what it found to a context, as one numbered message", async () => {
    const memory = new Mem0Memory({ ...where, client: new FakeMem0() });
    const context = new UnboundedChatCompletionContext();
    expect(await memory.updateContext(context)).toEqual({ memories: { results: [] } });
    await memory.add(text("likes blue"));
    await memory.add(text("likes tea"));
    context.addMessage(UserMessage({ content: "what likes she?", source: "user" }));
    expect((await memory.updateContext(context)).memories.results).toHaveLength(2);
    expect(context.getMessages().at(-1)?.content).toBe("\nRelevant memories:\n1. likes blue\n2. likes tea");
    context.addMessage(UserMessage({ content: "weather?", source: "user" }));
    await memory.updateContext(context);
    expect(context.getMessages()).toHaveLength(3);
  });
});

describe("what a search gives", () => {
  test.each([
    ["a list", (results: unknown) => results],
    ["an object with results", (results: unknown) => ({ results })],
  ])("may be %s, and is told with its time, score and categories", async (_, wrap) => {
    const found = [
      {
        memory: "a",
        score: 0,
        created_at: "2025-07-06T17:25:18Z",
        updated_at: null,
        categories: ["x"],
        metadata: null,
      },
      { memory: "b", metadata: { page: 1, score: 9 }, score: 0.5 },
    ];
    const client = new FakeMem0(() => Promise.resolve(wrap(found)));
    const { results } = await new Mem0Memory({ client }).query("x");
    expect(results).toEqual([
      {
        content: "a",
        mimeType: "text/plain",
        metadata: { score: 0, created_at: "2025-07-06T17:25:18Z", categories: ["x"] },
      },
      { content: "b", mimeType: "text/plain", metadata: { page: 1, score: 0.5 } },
    ]);
  });

  test.each([
    ["a failure", () => Promise.reject(new Error("it rains at Mem0"))],
    ["what is no list", () => Promise.resolve("it rains at Mem0")],
  ])("is nothing for %s, with a warning and a call", async (_, search) => {
    const onQueryError = vi.fn();
    const memory = new Mem0Memory({ client: new FakeMem0(search), onQueryError });
    expect(await memory.query("x")).toEqual({ results: [] });
    expect(onQueryError).toHaveBeenCalledTimes(1);
    expect(process.emitWarning).toHaveBeenCalledWith(expect.stringContaining("found nothing"), {
      code: "TESSERAE_MEMORY_QUERY_FAILED",
    });
  });

  test("is an error for a call that is aborted, before and while it waits", async () => {
    const abort = new AbortController();
    const search: Mem0Client["search"] = (_query, { signal }) => {
      abort.abort();
      return Promise.reject(signal?.reason instanceof Error ? signal.reason : new Error("no signal"));
    };
    const client = new FakeMem0(search);
    const memory = new Mem0Memory({ client });
    await expect(memory.query("x", { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
    await expect(memory.add(text("x"), { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(client.calls).toEqual([]);
  });
});

describe("the cloud", () => {
  async function cloud(handler: TestHandler, options: Mem0MemoryOptions = {}): Promise<[Mem0Memory, TestServer]> {
    const server = await startTestServer(handler);
    const memory = new Mem0Memory({ apiKey: "m0-key", userId: "ann&bob", baseUrl: `${server.url}/`, ...options });
    onTestFinished(async () => {
      await memory.close();
      await server.close();
    });
    return [memory, server];
  }

  test("is asked by Mem0's HTTP API", async () => {
    const [memory, server] = await cloud(() => json({ results: [{ memory: "likes blue", score: 0.5 }] }));
    await memory.add({ ...text("I like blue"), metadata: { page: 1 } });
    expect((await memory.query("color?")).results).toHaveLength(1);
    await memory.clear();
    expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      [
        "POST",
        "/v3/memories/add/",
        { messages: [{ role: "user", content: "I like blue" }], user_id: "ann&bob", metadata: { page: 1 } },
      ],
      ["POST", "/v3/memories/search/", { query: "color?", filters: { user_id: "ann&bob" }, top_k: 10 }],
      ["DELETE", "/v1/memories/?user_id=ann%26bob", undefined],
    ]);
    for (const { headers } of server.requests) expect(headers["authorization"]).toBe("Token m0-key");
  });

  test("that refuses fails an add with its words, and a query with nothing", async () => {
    const [memory] = await cloud(() => json({ detail: "quota exceeded" }, { status: 429 }));
    await expect(memory.add(text("x"))).rejects.toMatchObject({
      code: "ERR_MEMORY_STORE",
      message: expect.stringContaining("Mem0 answered POST /v3/memories/add/ with 429: quota exceeded"),
    });
    expect(await memory.query("x")).toEqual({ results: [] });
  });

  test("is left at once by an abort: the connection closes", async () => {
    const abort = new AbortController();
    const [memory] = await cloud(() => {
      abort.abort();
      return { type: "stall" };
    });
    await expect(memory.query("x", { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  test("needs a key, which may stand in the environment", async () => {
    vi.stubEnv("MEM0_API_KEY", "");
    await expect(new Mem0Memory().query("x")).rejects.toMatchObject({ code: "ERR_MODEL_AUTHENTICATION" });
    vi.stubEnv("MEM0_API_KEY", "m0-env");
    const [memory, server] = await cloud(() => json([]), { apiKey: undefined });
    await memory.query("x");
    expect(server.requests[0]?.headers["authorization"]).toBe("Token m0-env");
  });
});

describe("what cannot be used", () => {
  test("is refused when the memory is made", () => {
    expect(() => new Mem0Memory({ isCloud: false })).toThrow(/config is required when Mem0 is not the cloud's/);
    expect(() => new Mem0Memory({ limit: 0 })).toThrow(/limit must be/);
    expect(new Mem0Memory().userId).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Mem0Memory().userId).not.toBe(new Mem0Memory().userId);
  });

  test("is refused when it is used", async () => {
    const memory = new Mem0Memory({ isCloud: false, config: {} });
    await expect(memory.query("x")).rejects.toThrow(/give it as client/);
    const image = { content: imageFromBase64("iVBORw0KGgo="), mimeType: "image/*" };
    await expect(new Mem0Memory({ client: new FakeMem0() }).add(image)).rejects.toThrow(/image\/\*/);
  });
});

describe("a memory as JSON", () => {
  test("keeps every key; a local one is used when its client is given", async () => {
    const config = {
      vector_store: { provider: "qdrant", config: { path: "/data", api_key: "s3cret" } },
      list: [{ token: "s3cret" }],
    };
    const memory = new Mem0Memory({ userId: "ann", limit: 3, isCloud: false, config });
    const dump = dumpComponent(memory);
    expect(JSON.stringify(dump)).not.toContain("s3cret");
    await expect(defaultRegistry().load(dump)).rejects.toThrow(/config\/vector_store\/config\/api_key.*is masked/);
    const open = dumpComponent(memory, { includeSecrets: true });
    expect(open.config).toEqual({ user_id: "ann", limit: 3, is_cloud: false, config });
    const loaded = await defaultRegistry().load<Mem0Memory>(open, { expected: "memory" });
    expect(loaded).toMatchObject({ userId: "ann", limit: 3, isCloud: false, config });
    expect(dumpComponent(loaded, { includeSecrets: true })).toEqual(open);
  });

  test("has its key masked, and is refused while it is", async () => {
    const dump = dumpComponent(new Mem0Memory({ userId: "ann", apiKey: "m0-s3cret" }));
    expect(dump.config).toEqual({ user_id: "ann", limit: 10, is_cloud: true, api_key: MASKED_SECRET });
    await expect(defaultRegistry().load(dump)).rejects.toThrow(/api_key.*masked/);
  });
});
