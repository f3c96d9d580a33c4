import { dumpComponent } from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultRegistry } from "../../components/index.ts";
import { hashingEmbedding, RedisMemory, RedisMemoryConfig } from "./index.ts";
import { vectorFromBytes, vectorToBytes } from "./vector-bytes.ts";

describe("a config", () => {
  test("has AutoGen's defaults", () => {
    expect(new RedisMemory().config).toEqual({
      redisUrl: "redis://localhost:6379",
      indexName: "chat_history",
      prefix: "memory",
      sequential: false,
      distanceMetric: "cosine",
      algorithm: "flat",
      topK: 10,
      datatype: "float32",
      distanceThreshold: 0.7,
      modelName: "sentence-transformers/all-mpnet-base-v2",
    });
  });

  test.each([
    [{ distanceMetric: "manhattan" as "l2" }, /distanceMetric must be one of cosine, ip, l2. It is "manhattan"/],
    [{ algorithm: "tree" as "flat" }, /algorithm must be one of flat, hnsw/],
    [{ datatype: "int4" as "int8" }, /datatype must be one of uint8, int8, float16/],
    [{ topK: 0.5 }, /topK must be a whole number/],
    [{ distanceThreshold: Infinity }, /distanceThreshold must be a number/],
    [{ redisUrl: "http://localhost" }, /redisUrl must be an address such as redis:/],
    [{ prefix: "" }, /prefix must not be empty/],
  ])("%o is refused", (config, message) => {
    expect(() => new RedisMemory({ config })).toThrow(message);
  });
});

describe("a memory as JSON", () => {
  test.each(["autogen_ext.memory.redis.RedisMemory", "autogen_ext.memory.redis_memory.RedisMemory", "RedisMemory"])(
    "is read under the provider %s, and keeps every key",
    async (provider) => {
      const config = RedisMemoryConfig({
        redisUrl: "rediss://cache:6380/2",
        sequential: true,
        datatype: "float64",
        topK: 3,
      });
      const dump = dumpComponent(new RedisMemory({ config }));
      expect(Object.keys(dump.config)).toEqual([
        "redis_url",
        "index_name",
        "prefix",
        "sequential",
        "distance_metric",
        "algorithm",
        "top_k",
        "datatype",
        "distance_threshold",
        "model_name",
      ]);
      const loaded = await defaultRegistry().load<RedisMemory>({ ...dump, provider }, { expected: "memory" });
      expect(loaded.config).toEqual(config);
      expect(dumpComponent(loaded)).toEqual(dump);
    },
  );

  test("has its password masked, and is refused while it is", async () => {
    const memory = new RedisMemory({ config: { redisUrl: "redis://me:s3cret@cache:6379" } });
    const dump = dumpComponent(memory);
    expect(JSON.stringify(dump)).not.toContain("s3cret");
    await expect(defaultRegistry().load(dump)).rejects.toThrow(/redis_url.*is masked/);
    const open = dumpComponent(memory, { includeSecrets: true });
    expect((await defaultRegistry().load<RedisMemory>(open)).config).toEqual(memory.config);
  });

  test("cannot hold a function", () => {
    const memory = new RedisMemory({ embeddingFunction: hashingEmbedding });
    expect(() => dumpComponent(memory)).toThrow(/embedding function of your own cannot be written/);
  });
});

describe("the bytes of a vector", () => {
  test.each([
    ["float64", 0],
    ["float32", 2 ** -24],
    ["float16", 2 ** -11],
    ["bfloat16", 2 ** -8],
  ] as const)("of %s come back within half a step of it", (datatype, step) => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1000, max: 1000, noNaN: true })), (vector) => {
        const back = vectorFromBytes(vectorToBytes(vector, datatype), datatype);
        expect(back).toHaveLength(vector.length);
        for (const [index, value] of vector.entries()) {
          // Below the smallest normal number steps do not shrink.
          const least = datatype === "float16" ? 2 ** -25 : 2 ** -130;
          expect(Math.abs((back[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(
            Math.max(Math.abs(value) * step, least),
          );
        }
      }),
    );
  });

  test("of halves are those of IEEE 754", () => {
    const known: readonly (readonly [number, number])[] = [
      [1, 0x3c_00],
      [-2, 0xc0_00],
      [65_504, 0x7b_ff],
      [65_520, 0x7c_00],
      [2 ** -24, 1],
      [2 ** -14, 0x04_00],
      [0.1, 0x2e_66],
      [1 + 2 ** -11, 0x3c_00],
      [1 + 3 * 2 ** -11, 0x3c_02],
      [0, 0],
    ];
    for (const [value, bits] of known) {
      const bytes = vectorToBytes([value], "float16");
      expect([value, (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)]).toEqual([value, bits]);
    }
    expect(vectorFromBytes(new Uint8Array([0, 0x7c, 1, 0x7c]), "float16")).toEqual([Infinity, Number.NaN]);
  });

  test("of whole numbers: directions are scaled, others must fit", () => {
    expect(vectorFromBytes(vectorToBytes([1, -0.5], "int8"), "int8")).toEqual([127, -63]);
    expect(vectorFromBytes(vectorToBytes([100, -128], "int8"), "int8")).toEqual([100, -128]);
    expect(vectorFromBytes(vectorToBytes([0, 255], "uint8"), "uint8")).toEqual([0, 255]);
    expect(() => vectorToBytes([200], "int8")).toThrow(/whole numbers from -128 to 127, and the embedding gave 200/);
    expect(() => vectorToBytes([0.5], "uint8")).toThrow(/use float32/);
  });
});
