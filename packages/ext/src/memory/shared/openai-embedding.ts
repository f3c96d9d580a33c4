import { isObject, RuntimeError } from "@tesserae/core";
import { HttpTransport } from "../../transport/http-transport.ts";
import type { Transport } from "../../transport/types.ts";
import type { EmbeddingFunction } from "./embedding.ts";
import { requestJson } from "./json-http.ts";

/** Which model of OpenAI, or of a server that speaks its protocol, embeds. */
export interface OpenAIEmbeddingOptions {
  /** Default: the environment variable `OPENAI_API_KEY`, read at each use. */
  readonly apiKey?: string | undefined;
  /** Default `text-embedding-ada-002`, as in AutoGen. */
  readonly modelName?: string | undefined;
  /** Default `OPENAI_BASE_URL`, else `https://api.openai.com/v1`. */
  readonly baseUrl?: string | undefined;
  /** What sends the requests. Default: an `HttpTransport`. */
  readonly transport?: Transport | undefined;
}

/**
 * An embedding by the endpoint `/embeddings` of OpenAI's protocol.
 *
 * @throws RuntimeError `ERR_MODEL_AUTHENTICATION` at a use without a key, `ERR_MEMORY_STORE` for an error of the provider.
 */
export function openAIEmbedding(options: OpenAIEmbeddingOptions = {}): EmbeddingFunction {
  let transport = options.transport;
  return async (texts, { signal }) => {
    const apiKey = options.apiKey || process.env["OPENAI_API_KEY"];
    if (apiKey === undefined || apiKey === "") {
      throw new RuntimeError("An embedding of OpenAI needs an apiKey, or the environment variable OPENAI_API_KEY.", {
        code: "ERR_MODEL_AUTHENTICATION",
      });
    }
    transport ??= new HttpTransport();
    const base = options.baseUrl ?? process.env["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1";
    const answer = await requestJson(transport, "The provider of the embedding", {
      method: "POST",
      url: `${base.replace(/\/+$/, "")}/embeddings`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: { model: options.modelName ?? "text-embedding-ada-002", input: [...texts], encoding_format: "float" },
      signal,
    });
    const rows = isObject(answer) && Array.isArray(answer["data"]) ? answer["data"].filter(isObject) : [];
    // Each row says which text it is of.
    return texts.map((_, index) => {
      const vector = rows.find((row) => row["index"] === index)?.["embedding"];
      return Array.isArray(vector) ? vector.map(Number) : [];
    });
  };
}
