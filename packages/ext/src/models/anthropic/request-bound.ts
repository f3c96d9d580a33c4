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
  let hasDocument = false;
  const text = JSON.stringify(body, (_key, value: unknown) => {
    if (!isObject(value)) return value;
    if (value["type"] === "document") hasDocument = true;
    else if (value["type"] === "image") images += 1;
    else return value;
    return undefined;
  });
  const bytes = new TextEncoder().encode(text).byteLength + images * IMAGE_TOKENS;
  const limit = body["max_tokens"];
  return {
    // A document's bytes are compressed, and its pages are looked at, too: they say nothing of its tokens.
    inputTokens: hasDocument ? contextWindow : Math.min(bytes, contextWindow),
    outputTokens: typeof limit === "number" ? Math.min(limit, contextWindow) : contextWindow,
  };
}
