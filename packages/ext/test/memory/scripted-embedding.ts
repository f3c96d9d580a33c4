import type { EmbeddingFunction } from "../../src/memory/chromadb/index.ts";

/** Directions of some words; a text has the sum of those that are in it, so that what is near is decided here. */
const DIRECTIONS: Readonly<Record<string, readonly number[]>> = {
  paris: [1, 0.1, 0, 0],
  france: [1, 0, 0, 0],
  python: [0, 1, 0, 0],
  language: [0.1, 1, 0, 0],
  apple: [0, 0, 1, 0],
  banana: [0, 0, 1, 0.4],
  fruit: [0, 0, 1, 0.2],
  napoleon: [0, 0, 0, 1],
};

/** An embedding without a model; words that it does not know lie in a direction of their own. */
export const scriptedEmbedding: EmbeddingFunction = (texts) =>
  texts.map((text) => {
    const vector = [0, 0, 0, 0, 0.05];
    for (const [word, direction] of Object.entries(DIRECTIONS)) {
      if (!text.toLowerCase().includes(word)) continue;
      for (const [index, value] of direction.entries()) vector[index] = (vector[index] ?? 0) + value;
    }
    return vector;
  });
