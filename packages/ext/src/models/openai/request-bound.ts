import { isObject, type Json, type JsonObject } from "@tesserae/core";
import type { RequestBound } from "../shared/model-pricing.ts";
import type { ResolvedModel } from "../shared/resolve-model.ts";
import type { RequestBody } from "./request-body.ts";

/**
 * The most tokens of an image: 2,833 and 5,667 for each of eight tiles with gpt-4o-mini, 1,536 patches at 2.46 tokens
 * with the others (https://platform.openai.com/docs/guides/images-vision).
 */
const IMAGE_TOKENS = 3779;
const IMAGE_TOKENS_4O_MINI = 48_169;

/**
 * The most tokens that a request can take: no token is shorter than a byte, so its JSON text bounds the input, and so
 * does the context window; the output ends at the limit in the request, else at the model's. `undefined` when nobody
 * says where the output ends: what has no bound is never guessed.
 */
export function requestBound(body: RequestBody, model: ResolvedModel): RequestBound | undefined {
  if (hasProviderTools(body)) return undefined;
  let images = 0;
  let hasFile = false;
  let media = false;
  const text = JSON.stringify(body, (key, value: unknown) => {
    if (!isObject(value)) return value;
    if (value["type"] === "file" && isObject(value["file"])) hasFile = true;
    if (value["type"] === "input_audio") media = true;
    if (key !== "image_url") return hasFile && key === "file" ? undefined : value;
    images += 1;
    return undefined;
  });
  // A file's bytes are compressed, and its pages are looked at, too: they say nothing of its tokens.
  if (hasFile && model.contextWindow === undefined) return undefined;
  const perImage = /gpt-4o-mini/.test(body.model) ? IMAGE_TOKENS_4O_MINI : IMAGE_TOKENS;
  const bytes = new TextEncoder().encode(text).byteLength + images * perImage;
  const answer = limitOf(body) ?? model.maxOutputTokens ?? model.contextWindow;
  if (answer === undefined) return undefined;
  const choices = numberOf(body["n"]) ?? 1;
  const window = model.contextWindow ?? bytes;
  return {
    inputTokens: hasFile ? window : Math.min(bytes, window),
    outputTokens: answer * choices,
    media,
    webSearches: body["web_search_options"] === undefined ? 0 : choices,
  };
}

/** Whether the server runs tools of its own, of which nobody knows how often and for how much. */
function hasProviderTools({ tools }: JsonObject): boolean {
  const isOwn = (tool: Json): boolean => isObject(tool) && tool["type"] !== "function" && tool["type"] !== "custom";
  return Array.isArray(tools) && (tools as readonly Json[]).some(isOwn);
}

function limitOf(body: JsonObject): number | undefined {
  return numberOf(body["max_completion_tokens"]) ?? numberOf(body["max_tokens"]);
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}
