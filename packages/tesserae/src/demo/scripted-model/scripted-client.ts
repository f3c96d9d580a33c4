import { RuntimeError, type ChatCompletionClient } from "@tesserae/core";
import { OpenAIChatCompletionClient } from "@tesserae/ext/models/openai";
import { startScriptedModel } from "./server.ts";

/** The model whose list price the scripted one is counted at. */
export const LIST_PRICE_MODEL = "gpt-5-mini";
/** The name of the scripted model where a model is named. */
export const SCRIPTED_MODEL = "scripted";
/** The port is another in every run; what is written down of the client must not be. */
const ADDRESS = "http://scripted-model.localhost/v1";

/** A client of the scripted model, and what must be closed after it. */
export interface ScriptedClient {
  readonly client: ChatCompletionClient;
  close(): Promise<void>;
}

/** Starts the scripted model and makes a client that asks it over HTTP. */
export async function scriptedClient(): Promise<ScriptedClient> {
  const server = await startScriptedModel();
  const client = scriptedModelClient(server.baseUrl);
  return {
    client,
    async close() {
      await client.close();
      await server.close();
    },
  };
}

/** A client of the scripted model at a base URL. Without one it asks nobody: for a replay. */
export function scriptedModelClient(baseUrl: string | undefined): ChatCompletionClient {
  return new OpenAIChatCompletionClient({
    model: LIST_PRICE_MODEL,
    provider: "openai",
    baseUrl: ADDRESS,
    apiKey: SCRIPTED_MODEL,
    fetch: (url, init) => {
      if (baseUrl === undefined) throw new RuntimeError("A replay asks no model.");
      return fetch(url.replace(ADDRESS, baseUrl), init);
    },
  });
}
