import type { Protocol } from "@tesserae/wire/response";
import type { CanonicalBody } from "./canonical-reader.ts";

/** Tools of OpenAI's requests that the caller performs. */
const OPENAI_CALLER_TOOLS: ReadonlySet<string> = new Set(['"function"', '"custom"']);
/** Tools of Anthropic's requests that the caller performs, those of the provider's making included (`bash_20250124`). */
const ANTHROPIC_CALLER_TOOLS = /^"(?:custom|(?:bash|text_editor|computer|memory)_\d+)"$/;
/** Members that let the provider search or run code while it answers. */
const SERVER_MEMBERS = ["web_search_options", "search_parameters", "plugins", "mcp_servers", "container"];
/** Models that search whatever the request says: OpenAI's `gpt-4o-search-preview`, OpenRouter's `…:online`. */
const SEARCHING_MODEL = /-search-|:online$/;

/** Whether the provider may use tools of its own, which look at a world that changes. Unknown tools count as such. */
export function usesServerTools(protocol: Protocol, model: string, body: CanonicalBody): boolean {
  if (SEARCHING_MODEL.test(model)) return true;
  for (const name of SERVER_MEMBERS) {
    const value = body.members.get(name);
    if (value !== undefined && value !== "null" && value !== "[]") return true;
  }
  return body.toolTypes.some((type) =>
    protocol === "anthropic" ? !ANTHROPIC_CALLER_TOOLS.test(type) : !OPENAI_CALLER_TOOLS.has(type),
  );
}
