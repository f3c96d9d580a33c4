import type { CreateOptions, Json, JsonObject } from "@tesserae/core";
import { isObject } from "@tesserae/core";
import { toolSchemaOf } from "../shared/tool-schema.ts";
import { unsupportedInput } from "../shared/unsupported-input.ts";

type Tools = NonNullable<CreateOptions["tools"]>;

const CLIENT = "OpenAIChatCompletionClient";
/** Who has no tools of its own in chat completions but its search of the web, which is a parameter. */
const OPENAI: readonly string[] = ["openai", "azure"];
/** The members of `web_search_options`, from the types of OpenAI's SDK 6.49. */
const SEARCH_OPTIONS: readonly string[] = ["search_context_size", "user_location"];

/** What a call's tools that the provider runs add to its request. */
export interface ProviderTools {
  /** Members of `tools`, for compatible servers that have some of their own. */
  readonly tools: readonly Json[];
  readonly searchOptions: JsonObject | undefined;
}

/** The tools that the caller runs. */
export function functionTools(tools: Tools): Tools {
  return tools.some(isProviderTool) ? tools.filter((tool) => !isProviderTool(tool)) : tools;
}

/**
 * The tools that the provider runs. Behind OpenAI's own addresses that is the search of the web, as `web_search_options`;
 * another server gets its tools as they stand.
 *
 * @throws ValueError for a tool that chat completions do not have.
 */
export function providerTools(tools: Tools, provider: string, model: string): ProviderTools {
  const passed: Json[] = [];
  let searchOptions: JsonObject | undefined;
  for (const tool of tools) {
    const form = toolSchemaOf(tool).provider;
    if (form === undefined) continue;
    const type = typeof form["type"] === "string" ? form["type"] : "";
    if (/_\d{8}$/.test(type)) throw refused(type, "this is Anthropic's form of it.");
    if (!OPENAI.includes(provider)) passed.push(form);
    else if (/^web_search(_preview)?$/.test(type)) searchOptions = webSearchOptions(form, provider, model);
    else throw refused(type, "chat completions have web_search alone; others are in the Responses API.");
  }
  return { tools: passed, searchOptions };
}

function webSearchOptions(form: JsonObject, provider: string, model: string): JsonObject {
  // The name of a deployment at Azure says nothing.
  if (provider === "openai" && !model.includes("search")) {
    throw refused("web_search", `in chat completions ${model} has none. Use a model that searches: gpt-5-search-api.`);
  }
  const { type: _, name: __, ...options } = form;
  const unknown = Object.keys(options).filter((key) => !SEARCH_OPTIONS.includes(key));
  if (unknown.length > 0) {
    throw refused("web_search", `it has the members ${unknown.join(", ")}; known are ${SEARCH_OPTIONS.join(", ")}.`);
  }
  const { user_location: location } = options;
  // Anthropic's members of a place stand one level higher.
  if (!isObject(location) || location["approximate"] !== undefined) return options;
  const { type: kind = "approximate", ...approximate } = location;
  return { ...options, user_location: { type: kind, approximate } };
}

function refused(type: string, why: string): Error {
  return unsupportedInput(`The provider's tool "${type}"`, CLIENT, why);
}

function isProviderTool(tool: Tools[number]): boolean {
  return toolSchemaOf(tool).provider !== undefined;
}
