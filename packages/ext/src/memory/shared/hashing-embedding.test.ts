import fc from "fast-check";
import { expect, test } from "vitest";
import { distanceBetween } from "./distance.ts";
import type { EmbeddingFunction } from "./embedding.ts";
import { HASHING_DIMENSIONS, hashingEmbedding } from "./hashing-embedding.ts";
import { sentenceTransformerEmbedding } from "./sentence-transformer.ts";

async function vectorOf(text: string, embed: EmbeddingFunction = hashingEmbedding): Promise<readonly number[]> {
  return (await embed([text], {}))[0] ?? [];
}

test("an embedding without a model gives each text its own direction, of length 1, always the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
      const vector = await vectorOf(text);
      expect(vector).toHaveLength(HASHING_DIMENSIONS);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 9);
      expect(await vectorOf(text)).toEqual(vector);
    }),
  );
});

test("texts that share words are nearer than those that do not", async () => {
  const question = await vectorOf("What is the weather in New York?");
  const distances = await Promise.all(
    ["The weather should be told in metric units", "Meals must be vegan"].map(async (text) =>
      distanceBetween("cosine", question, await vectorOf(text)),
    ),
  );
  expect(distances[0]).toBeLessThan(0.75);
  expect(distances[1]).toBeGreaterThan(0.85);
});

test("distances are those of Chroma", () => {
  expect(distanceBetween("cosine", [3, 0], [0, 2])).toBe(1);
  expect(distanceBetween("cosine", [3, 4], [6, 8])).toBeCloseTo(0, 12);
  expect(distanceBetween("cosine", [0, 0], [1, 0])).toBe(1);
  expect(distanceBetween("l2", [1, 1], [4, 5])).toBe(25);
  expect(distanceBetween("ip", [1, 2], [3, 4])).toBe(-10);
});

test("a sentence transformer pools by the mean and normalises; a name without a slash is looked for in Xenova", async () => {
  const asked: unknown[] = [];
  let loads = 0;
  const pipeline = async (task: string, model: string) => {
    asked.push(task, model);
    await Promise.resolve();
    return (texts: readonly string[], options: object) => {
      asked.push(texts, options);
      return Promise.resolve({ tolist: () => texts.map(() => [1, 2]) });
    };
  };
  const embed = sentenceTransformerEmbedding("sentence-transformers/all-mpnet-base-v2", () => {
    loads += 1;
    return Promise.resolve({ pipeline });
  });
  expect(await vectorOf("x", embed)).toEqual([1, 2]);
  await vectorOf("y", embed);
  expect(loads).toBe(1);
  expect(asked.slice(0, 4)).toEqual([
    "feature-extraction",
    "Xenova/all-mpnet-base-v2",
    ["x"],
    { pooling: "mean", normalize: true },
  ]);
  const broken = sentenceTransformerEmbedding("org/model", () => Promise.resolve({}));
  await expect(vectorOf("x", broken)).rejects.toThrow(/has no pipeline/);
});
