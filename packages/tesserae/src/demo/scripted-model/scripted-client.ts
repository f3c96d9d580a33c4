import { RuntimeError, type ChatCompletionClient } from "@tesserae/core";
import type { Transport } from "@tesserae/ext/gateway";
import { OpenAIChatCompletionClient } from "@tesserae/ext/models/openai";
import type { ModelRoute } from "../../gateway/model-route.ts";

/** The model whose list price the scripted one is counted at. */
export const LIST_PRICE_MODEL = "gpt-5-mini";
/** The name of the scripted model where a model is named. */
export const SCRIPTED_MODEL = "scripted";
/** The port is another in every run; what is written down of the client must not be. */
const ADDRESS = "http://scripted-model.localhost/v1";

/** The way to the scripted model that serves at this base URL. */
export function scriptedRoute(baseUrl: string): ModelRoute {
  return { id: SCRIPTED_MODEL, baseUrl: ADDRESS, upstreamUrl: baseUrl, protocol: "openai", pricesOf: "openai" };
}

/** A client of the scripted model: at a base URL, or by a transport. With neither it asks nobody: for a replay. */
export function scriptedModelClient(where: string | Transport | undefined): ChatCompletionClient {
  const options = {
    model: LIST_PRICE_MODEL,
    provider: "openai",
    baseUrl: ADDRESS,
    apiKey: SCRIPTED_MODEL,
    streamOptions: { includeUsage: true },
  };
  if (typeof where === "object") return new OpenAIChatCompletionClient({ ...options, transport: where });
  return new OpenAIChatCompletionClient({
    ...options,
    fetch: (url, init) => {
      if (where === undefined) throw new RuntimeError("A replay asks no model.");
      return fetch(url.replace(ADDRESS, where), init);
    },
  });
}
