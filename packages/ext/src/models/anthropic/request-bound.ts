import { isObject, type JsonObject } from "@tesserae/core";
import type { RequestBound } from "../shared/model-pricing.ts";

/**
 * The most tokens of an image, at the highest resolution that a model takes
 * (https://platform.claude.com/docs/en/build-with-claude/vision).
 */
const IMAGE_TOKENS = 4784;

/**
 * The most tokens that a request can take: no token is shorter than a byte, so its JSON text bounds the input, and so
 * does the context window; the output ends at `max_tokens`.
 */
export function requestBound(body: JsonObject, contextWindow: number): RequestBound {
  let images = 0;
  const text = JSON.stringify(body, (_key, value: unknown) => {
    if (!isObject(value) || value["type"] !== "image") return value;
    images += 1;
    return undefined;
  });
  const bytes = new TextEncoder().encode(text).byteLength + images * IMAGE_TOKENS;
  const limit = body["max_tokens"];
  return {
    inputTokens: Math.min(bytes, contextWindow),
    outputTokens: typeof limit === "number" ? Math.min(limit, contextWindow) : contextWindow,
  };
}
