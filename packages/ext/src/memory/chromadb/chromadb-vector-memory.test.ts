import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnboundedChatCompletionContext, UserMessage, imageFromBase64, type MemoryContent } from "@tesserae/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scriptedEmbedding } from "../../../test/memory/scripted-embedding.ts";
import { CHROMA, NO_STORES } from "../../../test/memory/stores.ts";
import {
  ChromaDBVectorMemory,
  PersistentChromaDBVectorMemoryConfig,
  type ChromaDBVectorMemoryOptions,
  type PersistentChromaDBVectorMemoryConfigInit,
} from "./index.ts";

const text = (content: string, metadata?: MemoryContent["metadata"]): MemoryContent => ({
  content,
  mimeType: "text/plain",
  metadata,
});
const PARIS = text("Paris is the capital of France.");
const PYTHON = text("Python is a language.");

test.skipIf(CHROMA !== undefined)(`${NO_STORES}: the server of Chroma is skipped`, () => undefined);

/** The same memory in both stores: what holds for one holds for the other. */
const STORES: readonly (readonly [string, string | false])[] = [
  ["a SQLite file", false],
  ...(CHROMA === undefined ? [] : [["a Chroma server over the folder", CHROMA] as const]),
];

describe.each(STORES)("a memory in %s", (_, chromaCommand) => {
  let folder: string;
  let collection: string;
  let keeper: ChromaDBVectorMemory;
  let count = 0;
  const opened: ChromaDBVectorMemory[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "chroma-memory-"));
    const config = PersistentChromaDBVectorMemoryConfig({ persistencePath: folder, collectionName: "keeper" });
    // A server takes seconds to start: while this one is open, the others share it.
    keeper = new ChromaDBVectorMemory({ config, chromaCommand, embeddingFunction: scriptedEmbedding });
    await keeper.query("open");
  });
  beforeEach(() => {
    count += 1;
    collection = `collection-${count}`;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((memory) => memory.close()));
  });
  afterAll(async () => {
    await keeper.close();
    await rm(folder, { recursive: true, force: true });
  });

  function open(
    config: PersistentChromaDBVectorMemoryConfigInit = {},
    options: ChromaDBVectorMemoryOptions = { embeddingFunction: scriptedEmbedding },
  ): ChromaDBVectorMemory {
    const memory = new ChromaDBVectorMemory({
      config: PersistentChromaDBVectorMemoryConfig({ persistencePath: folder, collectionName: collection, ...config }),
      chromaCommand,
      ...options,
    });
    opened.push(memory);
    return memory;
  }

  test("gives the nearest first, with a score and an id", async () => {
    const memory = open();
    expect((await memory.query("France")).results).toEqual([]);
    await memory.add(PYTHON);
    await memory.add(PARIS);
    const { results } = await memory.query("Where is France?");
    expect(results.map(({ content }) => content)).toEqual([PARIS.content, PYTHON.content]);
    const [first, second] = results.map(({ metadata }) => metadata);
    expect(first).toEqual({
      mime_type: "text/plain",
      score: expect.any(Number),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(first?.["score"]).toBeGreaterThan(0.9);
    expect(second?.["score"]).toBeLessThan(0.3);
    expect((await memory.query(PARIS, { k: 1 })).results).toHaveLength(1);
    expect((await memory.query(" \n")).results).toEqual([]);
  });

  test("with a threshold gives what is near, and nothing that is not", async () => {
    const memory = open({ scoreThreshold: 0.8 });
    await memory.add(PARIS);
    await memory.add(PYTHON);
    expect((await memory.query("France")).results.map(({ content }) => content)).toEqual([PARIS.content]);
    expect((await memory.query("bananas")).results).toEqual([]);
    expect((await memory.query("bananas", { scoreThreshold: 0 })).results).toHaveLength(2);
  });

  test("keeps text, markdown and objects, and gives them back as they were", async () => {
    const memory = open({ k: 5 });
    const metadata = { text: "a", integer: 3, float: 1.5, boolean: true, no: false };
    const given = Object.freeze({ ...metadata });
    await memory.add({ content: "# France", mimeType: "text/markdown", metadata: given });
    const object = { Town: "Paris", Size: { Inhabitants: 2 }, France: [true, null] };
    await memory.add({ content: object, mimeType: "application/json" });
    const { results } = await memory.query("France");
    expect(results).toHaveLength(2);
    expect(results.find(({ mimeType }) => mimeType === "text/markdown")).toMatchObject({
      content: "# France",
      metadata,
    });
    expect(results.find(({ mimeType }) => mimeType === "application/json")?.content).toEqual(object);
  });

  test("finds by metadata", async () => {
    const memory = open({ k: 9 });
    for (const page of [1, 2, 3])
      await memory.add(text(`France, page ${page}`, { page, from: page === 3 ? "b" : "a" }));
    await memory.add(text("France without a page"));
    const pages = async (where: NonNullable<Parameters<typeof memory.query>[1]>["where"]): Promise<unknown> => {
      const { results } = await memory.query("France", { where });
      return results
        .map(({ metadata }) => metadata?.["page"] ?? null)
        .toSorted((a, b) => Number(a ?? 99) - Number(b ?? 99));
    };
    expect(await pages({ page: 2 })).toEqual([2]);
    expect(await pages({ page: { $gt: 1 } })).toEqual([2, 3]);
    expect(await pages({ page: { $lte: 1 } })).toEqual([1]);
    expect(await pages({ page: { $ne: 2 } })).toEqual([1, 3, null]);
    expect(await pages({ from: { $in: ["b", "c"] } })).toEqual([3]);
    expect(await pages({ page: { $nin: [1, 2] } })).toEqual([3, null]);
    expect(await pages({ page: "2" })).toEqual([]);
    expect(await pages({ $and: [{ page: { $gte: 2 } }, { from: "a" }] })).toEqual([2]);
    expect(await pages({ $or: [{ page: 1 }, { from: { $eq: "b" } }] })).toEqual([1, 3]);
    await expect(pages({ page: { $near: 1 } })).rejects.toThrow(/where|filter/i);
  });

  test.each([
    ["cosine", 1, 0],
    ["l2", 1, 1 / 3],
    ["ip", 1, 0],
  ] as const)("compares by %s, and its scores go from far to near", async (distanceMetric, near, far) => {
    const axes: Readonly<Record<string, readonly number[]>> = { x: [1, 0], y: [0, 1] };
    const memory = open({ distanceMetric }, { embeddingFunction: (texts) => texts.map((one) => axes[one] ?? []) });
    await memory.add(text("x"));
    await memory.add(text("y"));
    const { results } = await memory.query("x");
    expect(results.map(({ metadata }) => metadata?.["score"])).toEqual([
      expect.closeTo(near, 5),
      expect.closeTo(far, 5),
    ]);
  });

  test("outlives the object, is shared by name, and is emptied by clear", async () => {
    const first = open();
    await first.add(PARIS);
    await first.close();
    const second = open();
    await open({ collectionName: `${collection}-b` }).add(PYTHON);
    expect((await second.query("France")).results).toHaveLength(1);
    await second.clear();
    expect((await second.query("France")).results).toEqual([]);
    expect((await open({ collectionName: `${collection}-b` }).query("Python")).results).toHaveLength(1);
    await first.add(PARIS);
    expect((await second.query("France")).results).toHaveLength(1);
  });

  test("is reset where that is allowed, and made anew by the next use", async () => {
    await expect(open().reset()).rejects.toThrow(/allowReset/);
    const memory = open({ allowReset: true });
    await memory.add(PARIS);
    await memory.reset();
    expect((await memory.query("France")).results).toEqual([]);
    await memory.add(PARIS);
    expect((await memory.query("France")).results).toHaveLength(1);
  });

  test("that was filled by another embedding says so, instead of finding nonsense", async () => {
    await open().add(PARIS);
    const other = open({}, { embeddingFunction: () => [[1, 2]] });
    await expect(other.query("France")).rejects.toThrow(/dimension|5 numbers/);
    const named = open({ collectionName: `${collection}-b` }, {});
    await named.add(PARIS);
    const config = { embeddingFunctionConfig: { functionType: "openai", apiKey: "k", modelName: "m" } } as const;
    await expect(open({ collectionName: `${collection}-b`, ...config }, {}).query("x")).rejects.toThrow(
      /filled with the embedding hashing-512, and this memory has m/,
    );
  });

  test("remembers many, and takes them all out", async () => {
    const memory = open({ k: 400 });
    await Promise.all(Array.from({ length: 310 }, (_unused, index) => memory.add(text(`apple ${index}`))));
    // A server searches by an approximate index, which may miss some of so many that are alike.
    expect((await memory.query("apple")).results).not.toEqual([]);
    await memory.clear();
    expect((await memory.query("apple")).results).toEqual([]);
  });

  test("adds what it found to a context, as one numbered message", async () => {
    const memory = open({ k: 2, scoreThreshold: 0.5 });
    await memory.add(PARIS);
    await memory.add(PYTHON);
    const context = new UnboundedChatCompletionContext();
    expect(await memory.updateContext(context)).toEqual({ memories: { results: [] } });
    context.addMessage(
      UserMessage({ content: ["Tell me of France", imageFromBase64("iVBORw0KGgo=")], source: "user" }),
    );
    expect((await memory.updateContext(context)).memories.results).toHaveLength(1);
    expect(context.getMessages().at(-1)).toEqual({
      type: "SystemMessage",
      content: "\nRelevant memory content:\n1. Paris is the capital of France.",
    });
    context.addMessage(UserMessage({ content: "bananas", source: "user" }));
    await memory.updateContext(context);
    expect(context.getMessages()).toHaveLength(3);
  });

  test("does nothing for a call that is aborted already", async () => {
    const memory = open({ persistencePath: join(folder, "never") });
    const signal = AbortSignal.abort();
    await expect(memory.add(PARIS, { signal })).rejects.toMatchObject({ name: "AbortError" });
    await expect(memory.query("x", { signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(folder)).not.toContain("never");
  });

  test.each([
    ["an image", { content: imageFromBase64("iVBORw0KGgo="), mimeType: "image/*" }, /image\/\*/],
    ["bytes", { content: new Uint8Array(2), mimeType: "application/octet-stream" }, /octet-stream/],
    ["an unknown kind", { content: "x", mimeType: "text/html" }, /text\/html/],
    ["JSON that is no object", { content: "1", mimeType: "application/json" }, /must be an object/],
    ["text that is none", { content: {}, mimeType: "text/plain" }, /must be text/],
    ["nested metadata", text("x", { a: { b: 1 } }), /texts, numbers and booleans.*"a"/],
  ] as const)("refuses %s", async (_kind, content, message) => {
    await expect(open().add(content)).rejects.toThrow(message);
  });
});
