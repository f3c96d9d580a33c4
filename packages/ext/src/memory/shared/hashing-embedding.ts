import type { EmbeddingFunction } from "./embedding.ts";

/** How long the vectors are. No common model has this length, so that they are not mixed up with those of one. */
export const HASHING_DIMENSIONS = 512;

const WORD = /[\p{L}\p{N}]+/gu;
/** Longer words say no more. */
const LONG = 8;
/** What a part of a word weighs beside the word. */
const PART = 0.3;

/**
 * An embedding that needs no model: words, and the parts of three letters of each, are hashed to places of a vector of
 * length 1. The same text always has the same vector, and texts that share words are near; that two words mean the same
 * is not known to it. For tests and first steps; a memory that is to find what is meant needs a model.
 */
export const hashingEmbedding: EmbeddingFunction = (texts) => texts.map(hashed);

function hashed(text: string): readonly number[] {
  const vector = Array.from({ length: HASHING_DIMENSIONS }, () => 0);
  const add = (part: string, weight: number): void => {
    const hash = fnv1a(part);
    const place = (hash >>> 1) % HASHING_DIMENSIONS;
    // The sign lets parts that meet at one place cancel out, instead of making all texts alike.
    vector[place] = (vector[place] ?? 0) + (hash & 1 ? weight : -weight);
  };
  for (const [word] of text.toLowerCase().matchAll(WORD)) {
    const weight = Math.min(word.length, LONG) / LONG;
    add(word, weight);
    const framed = `<${word}>`;
    for (let start = 0; start + 3 <= framed.length; start += 1) add(framed.slice(start, start + 3), weight * PART);
  }
  const length = Math.hypot(...vector);
  // A text without words is near to none, and still has a direction.
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** FNV-1a over UTF-16 units: http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  // The low bits of FNV are weak, and both place and sign are taken from them.
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c_1b_3c_6d) >>> 0;
}
