import type { ModelInfo } from "@tesserae/core";
import type { ModelCatalogue, ModelPrice } from "@tesserae/wire/catalogue";
import type { OpenAIClient } from "./openai-client.ts";

/** How OpenAI's agents reach their model, and what is known of it. */
export interface OpenAIModelOptions {
  /** Where the requests go, and as whom. Default: what the environment says. Not written to JSON. */
  readonly client?: OpenAIClient | undefined;
  /** What the model can do, where the catalogue does not know it. Not written to JSON. */
  readonly modelInfo?: ModelInfo | undefined;
  /** What the model costs, where its price is not known. Not written to JSON. */
  readonly price?: ModelPrice | undefined;
  /** Models of the caller's own. Default: the built-in tables. Not written to JSON. */
  readonly catalogue?: ModelCatalogue | undefined;
}
