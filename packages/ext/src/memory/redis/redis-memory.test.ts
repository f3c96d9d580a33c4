import { imageFromBase64, UnboundedChatCompletionContext, UserMessage, type MemoryContent } from "@tesserae/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { REDIS, REDIS_WITH_SEARCH, startRedis, type RedisServer } from "../../../test/memory/redis-server.ts";
import { scriptedEmbedding } from "../../../test/memory/scripted-embedding.ts";
import { NO_STORES } from "../../../test/memory/stores.ts";
import { RedisMemory, type RedisMemoryConfigInit, type RedisMemoryOptions } from "./index.ts";

const text = (content: string, metadata?: MemoryContent["metadata"]): MemoryContent => ({
  content,
  mimeType: "text/plain",
  metadata,
});
const contents = (results: readonly MemoryContent[]): readonly unknown[] => results.map(({ content }) => content);

test.skipIf(REDIS_WITH_SEARCH !== undefined)(`${NO_STORES}: the search module is skipped`, () => undefined);
test.skipIf(REDIS !== undefined)("redis-server is missing: a plain Redis is skipped", () => undefined);

/** What was warned of. */
const told: unknown[] = [];

const SERVERS: readonly (readonly [string, string, boolean])[] = [
  ...(REDIS === undefined ? [] : [["a plain Redis", REDIS, false] as const]),
  ...(REDIS_WITH_SEARCH === undefined ? [] : [["a Redis with the search module", REDIS_WITH_SEARCH, true] as const]),
];

describe.each(SERVERS)("a memory in %s", (_, command, withSearch) => {
  let server: RedisServer;
  let count = 0;
  const opened: RedisMemory[] = [];
  beforeAll(async () => void (server = await startRedis(command, { withSearch })));
  beforeEach(() => {
    count += 1;
    vi.spyOn(process, "emitWarning").mockImplementation((...args: readonly unknown[]) => void told.push(args[1]));
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((memory) => memory.close()));
    vi.restoreAllMocks();
  });
  afterAll(() => server.close());

  function open(
    config: RedisMemoryConfigInit = {},
    options: RedisMemoryOptions = { embeddingFunction: scriptedEmbedding },
  ): RedisMemory {
    const names = { redisUrl: server.url, indexName: `index-${count}`, prefix: `memory-${count}` };
    const memory = new RedisMemory({ config: { ...names, ...config }, ...options });
    opened.push(memory);
    return memory;
  }

  test("gives what is near, in order, with its metadata; and nothing for what is not", async () => {
    const memory = open({ distanceThreshold: 0.1 });
    expect((await memory.query("fruit")).results).toEqual([]);
    await memory.add(text("An apple is a fruit."));
    expect((await memory.query("apple")).results).toEqual([
      { content: "An apple is a fruit.", mimeType: "text/plain", metadata: {} },
    ]);
    await memory.add(text("A banana is a fruit.", { description: "yellow" }));
    const { results } = await memory.query("An apple");
    expect(contents(results)).toEqual(["An apple is a fruit.", "A banana is a fruit."]);
    expect(results.map(({ metadata }) => metadata)).toEqual([{}, { description: "yellow" }]);
    expect((await memory.query("Python")).results).toEqual([]);
    expect((await memory.query(" ")).results).toEqual([]);
  });

  test("may be asked for fewer, for what is farther, and for the newest", async () => {
    const memory = open({ distanceThreshold: 0.1, topK: 5 });
    for (const word of ["apple", "banana", "python"]) await memory.add(text(word));
    expect(contents((await memory.query("apple", { topK: 1 })).results)).toEqual(["apple"]);
    expect((await memory.query("apple", { distanceThreshold: 2 })).results).toHaveLength(3);
    expect(contents((await memory.query("apple", { sequential: true, topK: 2 })).results)).toEqual([
      "banana",
      "python",
    ]);
    await expect(memory.query("apple", { topK: 0 })).rejects.toThrow(/topK must be/);
    await expect(memory.query("apple", { distanceThreshold: Number.NaN })).rejects.toThrow(/distanceThreshold must be/);
  });

  test("that is sequential gives the newest in the order of adding, and makes no vectors", async () => {
    const embeddingFunction = vi.fn(scriptedEmbedding);
    const memory = open({ sequential: true, topK: 3 }, { embeddingFunction });
    expect((await memory.query("x")).results).toEqual([]);
    for (const word of ["one", "two", "three", "four", "five"]) await memory.add(text(word));
    expect(contents((await memory.query("whatever")).results)).toEqual(["three", "four", "five"]);
    await expect(memory.query("x", { sequential: false })).rejects.toThrow(/no vectors to search by/);
    expect(embeddingFunction).not.toHaveBeenCalled();
  });

  test("keeps text, markdown and objects, and their metadata", async () => {
    const memory = open();
    const metadata = { category: "fruit", nested: { list: [1, null, "x"] } };
    const object = { Fruit: "apple", many: [1, 2] };
    await memory.add({ content: "# fruit", mimeType: "text/markdown", metadata });
    await memory.add({ content: object, mimeType: "application/json" });
    const { results } = await memory.query({ content: { fruit: 1 }, mimeType: "application/json" });
    expect(results.toSorted((a, b) => a.mimeType.localeCompare(b.mimeType))).toEqual([
      { content: object, mimeType: "application/json", metadata: {} },
      { content: "# fruit", mimeType: "text/markdown", metadata },
    ]);
  });

  test("is shared, outlives a close, is emptied by clear, and removed by drop", async () => {
    const first = open();
    await first.add(text("apple"));
    await first.close();
    const second = open();
    expect((await second.query("apple")).results).toHaveLength(1);
    await open({ prefix: `memory-${count}0`, indexName: "another" }).add(text("apple"));
    expect((await second.query("apple")).results).toHaveLength(1);
    await second.clear();
    expect((await second.query("apple")).results).toEqual([]);
    await second.add(text("banana"));
    await second.drop();
    await second.drop();
    expect((await first.query("banana")).results).toEqual([]);
    await second.add(text("banana"));
    expect((await second.query("banana")).results).toHaveLength(1);
  });

  test.each([
    ["cosine", "flat", "float32", 0.01],
    ["cosine", "hnsw", "float64", 0.01],
    ["l2", "flat", "float32", 0.3],
    ["ip", "flat", "float32", 0],
    ["cosine", "flat", "float16", 0.01],
    ["cosine", "flat", "bfloat16", 0.01],
  ] as const)(
    "compares by %s, with the algorithm %s, in %s",
    async (distanceMetric, algorithm, datatype, distanceThreshold) => {
      const memory = open({ distanceMetric, algorithm, datatype, distanceThreshold });
      await memory.add(text("paris"));
      await memory.add(text("paris and france"));
      await memory.add(text("python"));
      const { results } = await memory.query("paris and france");
      // A metric that did not reach the index would find other ones, or one more.
      const expected = {
        cosine: ["paris and france", "paris"],
        l2: ["paris and france"],
        ip: ["paris and france", "paris"],
      };
      expect(contents(results)).toEqual(expected[distanceMetric]);
    },
  );

  test("that was filled by another embedding says so, instead of finding nonsense", async () => {
    await open().add(text("apple"));
    const other = open({}, { embeddingFunction: () => [[1, 2]] });
    await expect(other.query("apple")).rejects.toThrow(/holds vectors of 5 numbers, and the embedding gives 2/);
  });

  test("adds all that it found to a context, as one message; none when it found nothing", async () => {
    const memory = open({ distanceThreshold: 0.5 });
    const context = new UnboundedChatCompletionContext();
    expect(await memory.updateContext(context)).toEqual({ memories: { results: [] } });
    await memory.add(text("Napoleon was Emperor of the French."));
    await memory.add(text("Napoleon was born in Corsica."));
    context.addMessage(UserMessage({ content: "Who was Napoleon?", source: "user" }));
    expect((await memory.updateContext(context)).memories.results).toHaveLength(2);
    const added = context.getMessages().at(-1);
    expect(added?.type).toBe("SystemMessage");
    expect(
      (typeof added?.content === "string" ? added.content : "").split("\n\n").toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(["Napoleon was born in Corsica.", "Napoleon was Emperor of the French."]);
    context.addMessage(UserMessage({ content: "And an apple?", source: "user" }));
    await memory.updateContext(context);
    expect(context.getMessages()).toHaveLength(3);
  });

  test("without an embedding of its own compares words, and says so", async () => {
    const memory = open({ distanceThreshold: 0.8 }, {});
    await memory.add(text("The weather should be told in metric units."));
    await memory.add(text("Meals must be vegan."));
    expect(contents((await memory.query("What is the weather in New York?")).results)).toEqual([
      "The weather should be told in metric units.",
    ]);
    // Each is told once in a process, by whichever memory comes first.
    expect(told).toContainEqual({ code: "TESSERAE_MEMORY_HASHING" });
    if (!withSearch) expect(told).toContainEqual({ code: "TESSERAE_MEMORY_FALLBACK" });
  });

  test.each([
    ["an image", { content: imageFromBase64("iVBORw0KGgo="), mimeType: "image/*" }, /image\/\*/],
    ["bytes", { content: new Uint8Array(2), mimeType: "application/octet-stream" }, /octet-stream/],
    ["JSON that is no object", { content: "1", mimeType: "application/json" }, /must be an object/],
  ] as const)("refuses %s", async (_kind, content, message) => {
    await expect(open().add(content)).rejects.toThrow(message);
    await expect(open().query(content)).rejects.toThrow(message);
  });

  test("does nothing for a call that is aborted already, and stops waiting for one that is", async () => {
    const memory = open();
    const signal = AbortSignal.abort();
    await expect(memory.add(text("apple"), { signal })).rejects.toMatchObject({ name: "AbortError" });
    await expect(memory.query("apple", { signal })).rejects.toMatchObject({ name: "AbortError" });
    expect((await memory.query("apple")).results).toEqual([]);
    const abort = new AbortController();
    const late = open({}, { embeddingFunction: (texts) => (abort.abort(), scriptedEmbedding(texts, {})) });
    await expect(late.query("apple", { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe.skipIf(REDIS_WITH_SEARCH === undefined)("an index that is there", () => {
  let server: RedisServer;
  beforeAll(async () => void (server = await startRedis(REDIS_WITH_SEARCH ?? "", { withSearch: true })), 60_000);
  afterAll(() => server.close());

  test("must be the one that would have been made", async () => {
    const open = (config: RedisMemoryConfigInit): RedisMemory =>
      new RedisMemory({ config: { redisUrl: server.url, ...config }, embeddingFunction: scriptedEmbedding });
    const [cosine, squared, sequential] = [
      open({}),
      open({ distanceMetric: "l2" }),
      open({ sequential: true, indexName: "s" }),
    ];
    await cosine.add(text("apple"));
    await expect(squared.query("apple")).rejects.toThrow(
      /chat_history in Redis compares by cosine, and this memory by l2/,
    );
    await sequential.add(text("apple"));
    const semantic = open({ indexName: "s" });
    await expect(semantic.query("apple")).rejects.toThrow(/has no vectors: it is of a sequential memory/);
    await squared.drop();
    await squared.add(text("apple"));
    expect((await squared.query("apple")).results).toHaveLength(1);
    await Promise.all([cosine, squared, sequential, semantic].map((memory) => memory.close()));
  });

  test("that the module cannot make is told in its words", async () => {
    const memory = new RedisMemory({
      config: { redisUrl: server.url, indexName: "whole", prefix: "whole", datatype: "int8" },
      embeddingFunction: () => [[1, -1]],
    });
    await expect(memory.add(text("apple"))).rejects.toMatchObject({
      code: "ERR_MEMORY_STORE",
      message: expect.stringMatching(/^Redis refused FT\.CREATE: .*vector/i),
    });
    await memory.close();
  });
});

describe("a Redis that is not there", () => {
  test("is told with its address, without the password, and tried again", async () => {
    const memory = new RedisMemory({ config: { redisUrl: "redis://me:s3cret@127.0.0.1:1" } });
    const error: unknown = await memory.query("x").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ERR_MEMORY_STORE", message: expect.stringContaining("127.0.0.1:1") });
    expect(String(error)).not.toContain("s3cret");
    await expect(memory.query("x")).rejects.toMatchObject({ code: "ERR_MEMORY_STORE" });
    await memory.close();
  });
});
