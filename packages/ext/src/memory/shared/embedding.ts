import { ValueError } from "@tesserae/core";

/** Turns texts into vectors, one a text and all of one length: a model, or {@link hashingEmbedding}. */
export type EmbeddingFunction = (
  texts: readonly string[],
  options: { readonly signal?: AbortSignal | undefined },
) => readonly (readonly number[])[] | Promise<readonly (readonly number[])[]>;

/** The vector of one text, checked. */
export async function embedOne(
  embed: EmbeddingFunction,
  text: string,
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  const vectors: unknown = await embed([text], { signal });
  const vector: unknown = Array.isArray(vectors) && vectors.length === 1 ? vectors[0] : undefined;
  if (isVector(vector)) return vector;
  throw new ValueError(
    "The embedding function must give one vector, a list of finite numbers, for each text; it gave none for one text.",
  );
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((number) => Number.isFinite(number));
}
