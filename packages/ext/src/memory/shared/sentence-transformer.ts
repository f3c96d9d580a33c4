import { isObject, RuntimeError } from "@tesserae/core";
import type { EmbeddingFunction } from "./embedding.ts";

const PACKAGE = "@huggingface/transformers";

/** The part of the package that is used; what it gives is checked by who takes the vectors. */
type Pipeline = (
  task: "feature-extraction",
  model: string,
) => Promise<
  (texts: readonly string[], options: object) => Promise<{ readonly tolist: () => readonly (readonly number[])[] }>
>;

/**
 * An embedding by a sentence transformer that runs in this process, by the package `@huggingface/transformers`: the model
 * is fetched by that package at the first use, and kept by it. A name without a slash is looked for in `Xenova/`, where the
 * models of Python's sentence-transformers stand in the format that is needed here.
 *
 * @throws RuntimeError `ERR_PACKAGE_MISSING` at the first use without the package.
 */
export function sentenceTransformerEmbedding(
  modelName: string,
  load: () => Promise<unknown> = () => import(PACKAGE),
): EmbeddingFunction {
  const name = modelName.replace(/^sentence-transformers\//, "");
  const model = name.includes("/") ? name : `Xenova/${name}`;
  let extractor: ReturnType<Pipeline> | undefined;
  return async (texts) => {
    extractor ??= pipelineOf(load).then((pipeline) => pipeline("feature-extraction", model));
    try {
      const vectors = await (await extractor)(texts, { pooling: "mean", normalize: true });
      return vectors.tolist();
    } catch (error) {
      // What could not be fetched now may be there later.
      extractor = undefined;
      throw error;
    }
  };
}

async function pipelineOf(load: () => Promise<unknown>): Promise<Pipeline> {
  try {
    const loaded = await load();
    const pipeline: unknown = isObject(loaded) ? Reflect.get(loaded, "pipeline") : undefined;
    if (typeof pipeline === "function") return pipeline as Pipeline;
  } catch (cause) {
    if (!isObject(cause) || cause["code"] !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new RuntimeError(
      `A sentence transformer needs the package ${PACKAGE}, which is not installed. Run: npm install ${PACKAGE}, or give ` +
        "the memory an embeddingFunction.",
      { code: "ERR_PACKAGE_MISSING", cause },
    );
  }
  throw new RuntimeError(`The package ${PACKAGE} that is installed has no pipeline: install version 4 or later.`, {
    code: "ERR_PACKAGE_MISSING",
  });
}
