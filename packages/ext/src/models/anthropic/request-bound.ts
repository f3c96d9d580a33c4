import { isObject, type Json, type JsonObject } from "@tesserae/core";
import type { RequestBound } from "../shared/model-pricing.ts";

/**
 * The most tokens of an image, at the highest resolution that a model takes
 * (https://platform.claude.com/docs/en/build-with-claude/vision).
 */
const IMAGE_TOKENS = 4784;

/** Types of tools that the provider runs within a request, whose results it reads in the same request. */
const RUN_BY_PROVIDER = /^(web_search|web_fetch|code_execution|tool_search|advisor)/;

/**
 * The most tokens that a request can take: no token is shorter than a byte, so its JSON text bounds the input, and so
 * does the context window; the output ends at `max_tokens`. Each use of a tool that the provider runs has the model read
 * the conversation once more, with what was found; `undefined` where nobody says how often: `max_uses` does.
 */
export function requestBound(body: JsonObject, contextWindow: number): RequestBound | undefined {
  const uses = usesOf(body);
  if (uses === undefined) return undefined;
  let images = 0;
  let hasDocument = false;
  let cacheFor1h = false;
  const text = JSON.stringify(body, (_key, value: unknown) => {
    if (!isObject(value)) return value;
    const mark = value["cache_control"];
    if (isObject(mark) && mark["ttl"] === "1h") cacheFor1h = true;
    if (value["type"] === "document") hasDocument = true;
    else if (value["type"] === "image") images += 1;
    else return value;
    return undefined;
  });
  const bytes = new TextEncoder().encode(text).byteLength + images * IMAGE_TOKENS;
  const limit = body["max_tokens"];
  // A document's bytes are compressed, and its pages are looked at, too: they say nothing of its tokens.
  const inputTokens = hasDocument ? contextWindow : Math.min(bytes, contextWindow);
  return {
    inputTokens: inputTokens + uses.all * contextWindow,
    outputTokens: typeof limit === "number" ? Math.min(limit, contextWindow) : contextWindow,
    cacheFor1h,
    webSearches: uses.searches,
  };
}

/** How often the provider's tools may run, all of them and the search of the web; `undefined` where nobody says. */
function usesOf({ tools, mcp_servers: servers }: JsonObject): { all: number; searches: number } | undefined {
  if (Array.isArray(servers) && servers.length > 0) return undefined;
  const uses = { all: 0, searches: 0 };
  for (const tool of Array.isArray(tools) ? (tools as readonly Json[]) : []) {
    const type = isObject(tool) ? tool["type"] : undefined;
    if (!isObject(tool) || typeof type !== "string" || !RUN_BY_PROVIDER.test(type)) continue;
    const most = tool["max_uses"];
    if (typeof most !== "number") return undefined;
    uses.all += most;
    if (type.startsWith("web_search")) uses.searches += most;
  }
  return uses;
}
