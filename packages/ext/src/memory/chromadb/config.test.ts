import { dumpComponent, MASKED_SECRET } from "@tesserae/core";
import { describe, expect, test, vi } from "vitest";
import { defaultRegistry } from "../../components/index.ts";
import { json, startTestServer } from "../../testing/index.ts";
import {
  ChromaDBVectorMemory,
  CustomEmbeddingFunctionConfig,
  DefaultEmbeddingFunctionConfig,
  HttpChromaDBVectorMemoryConfig,
  OpenAIEmbeddingFunctionConfig,
  PersistentChromaDBVectorMemoryConfig,
  SentenceTransformerEmbeddingFunctionConfig,
  hashingEmbedding,
} from "./index.ts";
import { makeEmbedding } from "./embedding-config.ts";

const COMMON = {
  collectionName: "memory_store",
  distanceMetric: "cosine",
  k: 3,
  allowReset: false,
  tenant: "default_tenant",
  database: "default_database",
  embeddingFunctionConfig: { functionType: "default" },
};

describe("a config", () => {
  test("has AutoGen's defaults", () => {
    expect(new ChromaDBVectorMemory().config).toEqual({
      clientType: "persistent",
      ...COMMON,
      persistencePath: "./chroma_db",
    });
    expect(HttpChromaDBVectorMemoryConfig()).toEqual({
      clientType: "http",
      ...COMMON,
      host: "localhost",
      port: 8000,
      ssl: false,
    });
    expect(new ChromaDBVectorMemory({ config: { clientType: "http" } }).config).toEqual(
      HttpChromaDBVectorMemoryConfig(),
    );
    expect(new ChromaDBVectorMemory({ name: "notes" })).toMatchObject({
      name: "notes",
      collectionName: "memory_store",
    });
  });

  test.each([
    [{ collectionName: "no" }, /collectionName must have 3 to 512/],
    [{ distanceMetric: "manhattan" as "l2" }, /distanceMetric must be one of cosine, l2, ip. It is "manhattan"/],
    [{ k: 0 }, /k must be a whole number greater than 0/],
    [{ scoreThreshold: Number.NaN }, /scoreThreshold must be a number/],
    [{ port: 70_000 }, /port must be a whole number from 1 to 65535/],
    [{ clientType: "cloud" as "http" }, /clientType must be "persistent" or "http". It is "cloud"/],
  ])("%o is refused", (config, message) => {
    expect(() => new ChromaDBVectorMemory({ config: { clientType: "http", ...config } })).toThrow(message);
  });
});

describe("an embedding", () => {
  test("of the default kind is that without a model, and warns once", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const { name, embed } = makeEmbedding(DefaultEmbeddingFunctionConfig());
    makeEmbedding(DefaultEmbeddingFunctionConfig());
    expect([name, embed]).toEqual(["hashing-512", hashingEmbedding]);
    expect(warned.mock.calls.length).toBeLessThanOrEqual(1);
    warned.mockRestore();
  });

  test("of a custom kind is made with its parameters", () => {
    const made = vi.fn(() => hashingEmbedding);
    const { embed } = makeEmbedding(CustomEmbeddingFunctionConfig({ function: made, params: { size: 2 } }));
    expect(made).toHaveBeenCalledWith({ size: 2 });
    expect(embed).toBe(hashingEmbedding);
  });

  test("of a sentence transformer says which package is missing", async () => {
    const { name, embed } = makeEmbedding(SentenceTransformerEmbeddingFunctionConfig());
    expect(name).toBe("all-MiniLM-L6-v2");
    await expect(embed(["x"], {})).rejects.toMatchObject({
      code: "ERR_PACKAGE_MISSING",
      message: expect.stringContaining("npm install @huggingface/transformers"),
    });
  });

  test("of OpenAI is asked of its endpoint", async () => {
    const server = await startTestServer(() =>
      json({
        data: [
          { index: 1, embedding: [3, 4] },
          { index: 0, embedding: [1, 2] },
        ],
      }),
    );
    const { name, embed } = makeEmbedding(
      OpenAIEmbeddingFunctionConfig({ apiKey: "sk-1", baseUrl: `${server.url}/v1/` }),
    );
    expect(await embed(["a", "b"], {})).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(name).toBe("text-embedding-ada-002");
    expect(server.requests[0]).toMatchObject({
      path: "/v1/embeddings",
      headers: { authorization: "Bearer sk-1" },
      body: { model: "text-embedding-ada-002", input: ["a", "b"] },
    });
    await server.close();
  });

  test("of OpenAI without a key says where one is looked for", async () => {
    vi.stubEnv("OPENAI_API_KEY", undefined);
    await expect(makeEmbedding(OpenAIEmbeddingFunctionConfig()).embed(["a"], {})).rejects.toMatchObject({
      code: "ERR_MODEL_AUTHENTICATION",
    });
    vi.unstubAllEnvs();
  });

  test("of an unknown kind is refused", () => {
    const config = { functionType: "word2vec" } as unknown as DefaultEmbeddingFunctionConfig;
    expect(() => makeEmbedding(config)).toThrow(/functionType must be/);
  });
});

describe("a memory as JSON", () => {
  test.each([
    PersistentChromaDBVectorMemoryConfig({
      persistencePath: "/data/notes",
      k: 5,
      scoreThreshold: 0.3,
      allowReset: true,
    }),
    HttpChromaDBVectorMemoryConfig({ host: "chroma", port: 8001, ssl: true, headers: { "x-team": "a" }, tenant: "t" }),
    PersistentChromaDBVectorMemoryConfig({ embeddingFunctionConfig: SentenceTransformerEmbeddingFunctionConfig() }),
    PersistentChromaDBVectorMemoryConfig({
      embeddingFunctionConfig: OpenAIEmbeddingFunctionConfig({ modelName: "m" }),
    }),
  ])("keeps every key: %o", async (config) => {
    const dump = dumpComponent(new ChromaDBVectorMemory({ config }));
    const loaded = await defaultRegistry().load<ChromaDBVectorMemory>(dump, { expected: "memory" });
    expect(loaded.config).toEqual(config);
    expect(dumpComponent(loaded)).toEqual(dump);
  });

  test("has its secrets masked, and is refused while they are", async () => {
    const config = HttpChromaDBVectorMemoryConfig({
      headers: { authorization: "Bearer s3cret", "x-team": "a" },
      embeddingFunctionConfig: OpenAIEmbeddingFunctionConfig({ apiKey: "sk-s3cret" }),
    });
    const memory = new ChromaDBVectorMemory({ config });
    const dump = dumpComponent(memory);
    expect(JSON.stringify(dump)).not.toContain("s3cret");
    expect(dump.config).toMatchObject({ headers: { authorization: MASKED_SECRET, "x-team": "a" } });
    await expect(defaultRegistry().load(dump)).rejects.toThrow(
      /embedding_function_config\/api_key.*is masked.*headers\/authorization.*is masked/s,
    );
    const open = dumpComponent(memory, { includeSecrets: true });
    expect((await defaultRegistry().load<ChromaDBVectorMemory>(open)).config).toEqual(config);
  });

  test("cannot hold a function", () => {
    const memory = new ChromaDBVectorMemory({ embeddingFunction: hashingEmbedding });
    expect(() => dumpComponent(memory)).toThrow(/embedding function of your own cannot be written/);
  });
});
