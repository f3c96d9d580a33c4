import { describe, expect, test } from "vitest";
import { scoreOf } from "./score.ts";

describe("a score", () => {
  test.each([
    ["the cosine, in a collection that compares by it", 0.25, "cosine", "cosine", 0.75],
    ["1 / (1 + d), for the squared distance", 3, "l2", "l2", 0.25],
    ["the inner product", 0.4, "ip", "ip", 0.6],
    ["no more than 1 for the inner product", -4, "ip", "ip", 1],
    ["no less than 0 for the inner product", 7, "ip", "ip", 0],
    ["that of Python, where Python made the collection: 1 - d / 2", 0.5, "cosine", "l2", 0.75],
    ["that of Python for the other metrics, which Chroma did not hear of", 3, "ip", "l2", 0.25],
    ["that of the collection, whatever is asked for", 0.25, "l2", "cosine", 0.75],
  ] as const)("is %s", (_, distance, wanted, metric, score) => {
    expect(scoreOf(distance, wanted, metric)).toBeCloseTo(score, 12);
  });
});
