import type { CreateResult, ModelStream } from "@tesserae/core";

/** Items of a stream that arrived together. */
export type ModelBatch = readonly (string | CreateResult)[];

/** The items of a stream in groups, as its client has them; else one by one. */
export function batchesOf(stream: ModelStream): AsyncIterator<ModelBatch> {
  return stream.batches?.() ?? oneByOne(stream);
}

/** A stream of such groups. */
export function streamOfBatches(batches: AsyncGenerator<ModelBatch>): ModelStream {
  return { batches: () => batches, [Symbol.asyncIterator]: () => itemsOf(batches) };
}

async function* oneByOne(stream: ModelStream): AsyncGenerator<ModelBatch> {
  for await (const item of stream) yield [item];
}

async function* itemsOf(batches: AsyncGenerator<ModelBatch>): AsyncGenerator<string | CreateResult> {
  for await (const batch of batches) yield* batch;
}
