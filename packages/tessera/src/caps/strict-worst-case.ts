import { isRawObject } from "@tesserae/wire";
import type { ModelPrice } from "@tesserae/wire/catalogue";
import { maxCost } from "@tesserae/wire/cost";
import type { RequestFacts } from "../http/body/request-facts.ts";
import type { WorstCase } from "../relay/worst-case.ts";

/** What a model can take and give, in tokens. */
export interface ModelLimits {
  /** The longest answer; `undefined`: nobody knows. */
  readonly maxOutputTokens: number | undefined;
  /** Question and answer together; `undefined`: nobody knows. */
  readonly contextWindow: number | undefined;
}

/** More than any cap has: of what has no bound. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;
/** What providers tell a model, in tokens, of how to use the tools that a request declares. */
const TOOL_TOKENS = 1000;

/**
 * What is set aside for a request where caps are strict, so that it cannot cost more whatever comes:
 *
 * - of output as much as the caller's limit says, else the longest answer of the model, else its context window;
 * - of input a token for each byte, as no tokeniser makes more; where the input is not all text of the body (pictures,
 *   audio, files, an earlier response) the model's whole context window.
 *
 * What has no bound no cap that blocks admits: a request without a limit for a model whose longest answer is not known,
 * and one with tools that the provider runs itself, as often as it likes.
 */
export function strictWorstCase(facts: RequestFacts, price: ModelPrice | undefined, limits: ModelLimits): WorstCase {
  const content = contentOf(facts);
  const answer = facts.maxOutputTokens ?? limits.maxOutputTokens ?? limits.contextWindow;
  const input = inputOf(facts, content, limits);
  if (content.runsAtProvider || answer === undefined || input === undefined) {
    return { tokens: UNBOUNDED, cost: price === undefined ? undefined : UNBOUNDED };
  }
  const output = answer * facts.choices;
  if (price === undefined) return { tokens: input + output, cost: undefined };
  const bound = {
    inputTokens: input,
    maxOutputTokens: output,
    media: content.isMoreThanText,
    cacheFor1h: content.isKeptForHour,
  };
  try {
    return { tokens: input + output, cost: maxCost(bound, price) };
  } catch {
    return { tokens: input + output, cost: UNBOUNDED };
  }
}

function inputOf({ body }: RequestFacts, content: Content, { contextWindow }: ModelLimits): number | undefined {
  const own = body.length + (content.hasTools ? TOOL_TOKENS : 0);
  if (!content.isMoreThanText) return own;
  return contextWindow === undefined ? undefined : Math.max(own, contextWindow);
}

/** What of a request makes it dearer than its text. */
interface Content {
  readonly hasTools: boolean;
  readonly runsAtProvider: boolean;
  readonly isMoreThanText: boolean;
  readonly isKeptForHour: boolean;
}

function contentOf({ body, model }: RequestFacts): Content {
  const raw = body.toString("utf8");
  const request = parsed(raw);
  // Names can be written with escapes; then they are looked for in both spellings.
  const text = raw.includes("\\u") ? raw + JSON.stringify(request) : raw;
  const tools = request?.["tools"];
  const declared = Array.isArray(tools) ? tools : [];
  return {
    hasTools: declared.length > 0,
    runsAtProvider:
      request === undefined ||
      SEARCHING_MODEL.test(model) ||
      PROVIDER_MEMBERS.some((name) => isSet(request[name])) ||
      !declared.every(isRunByCaller),
    isMoreThanText: MORE_THAN_TEXT.test(text),
    isKeptForHour: text.includes('"1h"'),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRawObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Names of members and types that bring in what is not in the body as text. In raw JSON the quotes inside of a string are
 * escaped, so a prompt that speaks of these is not taken for one that has them.
 */
const MORE_THAN_TEXT = new RegExp(
  `"(?:${[
    "image|image_url|input_image|input_audio|audio|video|video_url|file|file_id|input_file|document|container_upload",
    "previous_response_id|conversation|prompt|prediction|item_reference|modalities",
  ].join("|")})"`,
);

/** Members of a request that let the provider search or run code while it answers, or answer when nobody counts. */
const PROVIDER_MEMBERS = [
  "background",
  "web_search_options",
  "search_parameters",
  "plugins",
  "mcp_servers",
  "container",
];
/** Types of tools that the caller runs. Tools that are not known count as the provider's. */
const CALLER_TOOLS =
  /^(?:function|custom|local_shell|apply_patch|computer_use_preview|(?:bash|text_editor|computer|memory)_\d+)$/;
/** Models that search whatever the request says. */
const SEARCHING_MODEL = /-search-|-deep-research|:online$/;

function isRunByCaller(tool: unknown): boolean {
  if (!isRawObject(tool)) return false;
  const { type = "custom" } = tool;
  return typeof type === "string" && CALLER_TOOLS.test(type);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}
