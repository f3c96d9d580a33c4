import type { Json, JsonObject } from "../json.ts";

/** The wire types of Ollama's `POST /api/chat` (https://github.com/ollama/ollama/blob/main/docs/api.md). */
export interface OllamaRequest {
  readonly model: string;
  readonly messages: readonly OllamaMessage[];
  readonly stream?: boolean;
  readonly tools?: readonly JsonObject[];
  readonly format?: "json" | JsonObject;
  readonly think?: boolean | string;
  readonly keep_alive?: string | number;
  readonly options?: { readonly [name: string]: Json };
}

/** A message of the conversation. */
export interface OllamaMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly thinking?: string;
  /** Base64, without a data URL's head. */
  readonly images?: readonly string[];
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: JsonObject } }[];
  readonly tool_name?: string;
}

/** A whole answer, and also each line of a streamed one. */
export interface OllamaResponse {
  readonly model: string;
  readonly created_at: string;
  readonly message: OllamaMessage;
  readonly done: boolean;
  readonly done_reason?: string;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
}
