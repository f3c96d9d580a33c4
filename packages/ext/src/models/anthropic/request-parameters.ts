import { isObject, ValueError, type CreateOptions, type Json, type JsonObject } from "@tesserae/core";
import { secondsToMilliseconds } from "../shared/seconds.ts";
import { cacheControl } from "./cache-marks.ts";
import { lowerCase } from "./connection.ts";
import type { AnthropicOptions, AnthropicThinking } from "./options.ts";

/** The most tokens of an answer, when nobody says another number. */
export const DEFAULT_MAX_TOKENS = 4096;

/** Parameters of a call that the client makes itself. */
const OWN: readonly string[] = ["model", "messages", "stream"];

/** What a call says beside its body. */
export interface CallParameters {
  /** Parameters for the body, as the provider names them. */
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null | undefined;
}

/** The parameters that a client sends with every request, as the provider names them. Absent ones are not sent. */
export function defaultParameters(options: AnthropicOptions): JsonObject {
  const { thinking, toolChoice } = options;
  return {
    max_tokens: options.maxTokens ?? DEFAULT_MAX_TOKENS,
    ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
    ...(options.topP === undefined ? {} : { top_p: options.topP }),
    ...(options.topK === undefined ? {} : { top_k: options.topK }),
    ...(options.stopSequences === undefined ? {} : { stop_sequences: options.stopSequences }),
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
    ...(thinking === undefined ? {} : { thinking: thinkingToJson(thinking) }),
    ...(options.promptCache === undefined
      ? {}
      : { cache_control: { ...cacheControl(options.promptCache) } satisfies JsonObject }),
    ...(options.tools === undefined ? {} : { tools: options.tools }),
    ...(toolChoice === undefined
      ? {}
      : { tool_choice: typeof toolChoice === "string" ? { type: toolChoice } : toolChoice }),
    ...checked(options.extraBody, "extraBody"),
  };
}

/** Thinking as the provider names it. */
export function thinkingToJson({ type, budgetTokens, display }: AnthropicThinking): JsonObject {
  return {
    type,
    ...(budgetTokens === undefined ? {} : { budget_tokens: budgetTokens }),
    ...(display === undefined ? {} : { display }),
  };
}

/**
 * What `extraCreateArgs` says. `timeout` (seconds) and `extra_headers` are about the request, all else goes into its body.
 *
 * @throws ValueError for a parameter that the client makes itself.
 */
export function callParameters(extra: CreateOptions["extraCreateArgs"]): CallParameters {
  // `response_format` is AutoGen's way to ask for JSON; the provider does not know it.
  const { timeout, extra_headers: headers, response_format: _, ...body } = checked(extra, "extraCreateArgs");
  if (timeout !== undefined && timeout !== null && typeof timeout !== "number") {
    throw new ValueError("extraCreateArgs.timeout must be a number of seconds.");
  }
  return { body, headers: lowerCase(readHeaders(headers)), timeoutMs: secondsToMilliseconds("timeout", timeout) };
}

function checked(parameters: Readonly<Record<string, Json>> | undefined, where: string): JsonObject {
  if (parameters === undefined) return {};
  const refused = Object.keys(parameters).filter((key) => OWN.includes(key));
  if (refused.length > 0) {
    throw new ValueError(
      `${where} must not hold ${refused.join(", ")}: the client makes it. For another model make another client.`,
    );
  }
  return parameters;
}

function readHeaders(headers: Json | undefined): Record<string, string> {
  if (headers === undefined || headers === null) return {};
  const entries = isObject(headers) ? Object.entries(headers) : undefined;
  if (entries === undefined || !entries.every(isText)) {
    throw new ValueError("extraCreateArgs.extra_headers must be an object of texts.");
  }
  return Object.fromEntries(entries);
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === "string";
}
