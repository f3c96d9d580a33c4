import { ValueError } from "@tesserae/core";
import { checkHeaders } from "../shared/secret-headers.ts";
import { warnOnce } from "../shared/warn.ts";
import { EFFORTS } from "./effort.ts";
import type { AnthropicOptions } from "./options.ts";

/** Every option, so that a misspelled one is told. */
const KNOWN: Readonly<Record<keyof AnthropicOptions, true>> = {
  model: true,
  apiKey: true,
  baseUrl: true,
  baseURL: true,
  timeout: true,
  maxRetries: true,
  defaultHeaders: true,
  maxTokens: true,
  temperature: true,
  topP: true,
  topK: true,
  stopSequences: true,
  responseFormat: true,
  metadata: true,
  thinking: true,
  reasoningEffort: true,
  promptCache: true,
  tools: true,
  toolChoice: true,
  modelInfo: true,
  modelCapabilities: true,
  price: true,
  maxContinuations: true,
  extraBody: true,
  fetch: true,
  transport: true,
  retry: true,
  catalogue: true,
  reasoningInStream: true,
  logger: true,
  environment: true,
};

/** @throws ValueError for options that no request can be made with; warns of those that are not known. */
export function checkOptions(options: AnthropicOptions): void {
  if (typeof options !== "object" || options === null || typeof options.model !== "string" || options.model === "") {
    throw new ValueError('AnthropicChatCompletionClient needs a model: { model: "claude-sonnet-4-6" }.');
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(KNOWN, name)) continue;
    warnOnce(
      "TESSERAE_UNKNOWN_OPTION",
      `AnthropicChatCompletionClient does not know the option "${name}"; it is not used.`,
    );
  }
  checkHeaders("defaultHeaders", options.defaultHeaders);
  checkWhole("maxTokens", options.maxTokens);
  checkWhole("maxRetries", options.maxRetries);
  checkWhole("maxContinuations", options.maxContinuations);
  checkWord("reasoningEffort", options.reasoningEffort, EFFORTS);
  checkWord("promptCache", options.promptCache, ["5m", "1h"]);
  if (options.thinking !== undefined && typeof options.thinking.type !== "string") {
    throw new ValueError('thinking must be { type: "enabled", budgetTokens } or { type: "disabled" }.');
  }
}

/** @throws ValueError for a word that is none of the known ones. */
function checkWord(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new ValueError(`${name} is "${value}": it must be ${known.join(", ")}.`);
}

function checkWhole(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0)) return;
  throw new ValueError(`${name} is ${String(value)}: it must be a whole number, 0 or more.`);
}
