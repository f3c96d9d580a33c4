import { addRequestUsage, checkGiven, isObject, type ChatCompletionClient, type RequestUsage } from "@tesserae/core";
import { addCosts, costOf as costOfUsage } from "@tesserae/wire/cost";
import { presetById } from "./presets/find-preset.ts";
import { standardCatalogue } from "./shared/catalogue.ts";
import { fromRequestUsage } from "./shared/request-usage.ts";

/** What knows the price of a usage: the name of a model, such as `"openai/gpt-5-mini"`, or a client. */
export type Priced = string | Pick<ChatCompletionClient, "cost">;

/**
 * Who used which model: by the source of the messages. `"*"` stands for every other source, and for the calls that no
 * message tells of (the choice of speakers, the ledgers of Magentic-One).
 */
export type PricedBySource = { readonly [source: string]: Priced };

/** What a run used: a `TaskResult`, or its messages alone. */
export interface UsedTokens {
  readonly messages: readonly { readonly source: string; readonly modelsUsage?: RequestUsage | undefined }[];
  /** The tokens of all calls. Default: those that the messages tell of. */
  readonly usage?: RequestUsage | undefined;
}

const NOTHING: RequestUsage = { promptTokens: 0, completionTokens: 0 };

/**
 * What a usage or a run costs at the present prices of a model, in integer pico-dollars (1e-12 USD); `undefined` when one
 * of the prices is not known. For what a run of yours did cost there is `TaskResult.cost`, which knows the model, the day
 * and the cache of each call; this is for other prices: another model, a run of Python's, a saved conversation.
 *
 * A run is priced message by message, and what its `usage` has beyond them as one call. A team of several models names
 * them by source: `costOf(result, { planner: "anthropic/claude-sonnet-4-6", "*": "openai/gpt-5-mini" })`.
 */
export function costOf(used: RequestUsage, model: Priced): number | undefined;
export function costOf(used: UsedTokens, model: Priced | PricedBySource): number | undefined;
export function costOf(used: RequestUsage | UsedTokens, model: Priced | PricedBySource): number | undefined {
  checkGiven("usage that costOf is given", used, isObject(used), "a usage, or a result with its messages");
  checkGiven(
    "model that costOf is given",
    model,
    typeof model === "string" || isObject(model),
    "a client or the name of a model",
  );
  if (!("messages" in used)) return isPriced(model) ? priceOf(used, model) : undefined;
  const modelOf = (source: string): Priced | undefined => (isPriced(model) ? model : (model[source] ?? model["*"]));
  let told = NOTHING;
  let cost: number | undefined = 0;
  for (const { source, modelsUsage } of used.messages) {
    if (modelsUsage === undefined) continue;
    told = addRequestUsage(told, modelsUsage);
    cost = sum(cost, priceOf(modelsUsage, modelOf(source)));
  }
  const rest = remainder(used.usage ?? told, told);
  return isNothing(rest) ? cost : sum(cost, priceOf(rest, isPriced(model) ? model : model["*"]));
}

function isPriced(model: Priced | PricedBySource): model is Priced {
  return typeof model === "string" || typeof model["cost"] === "function";
}

function priceOf(usage: RequestUsage, model: Priced | undefined): number | undefined {
  if (model === undefined) return undefined;
  if (typeof model !== "string") return model.cost(usage);
  const slash = model.indexOf("/");
  const preset = slash === -1 ? undefined : presetById(model.slice(0, slash));
  const catalogue = standardCatalogue();
  const priced =
    preset?.priceProvider === undefined
      ? catalogue.price(model)
      : catalogue.price(model.slice(slash + 1), { provider: preset.priceProvider });
  return priced === undefined ? undefined : costOfUsage(fromRequestUsage(usage), priced.price);
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : addCosts(a, b);
}

function remainder(all: RequestUsage, told: RequestUsage): RequestUsage {
  const rest: { -readonly [key in keyof RequestUsage]: RequestUsage[key] } = { ...NOTHING };
  for (const key of ["promptTokens", "completionTokens", "cachedPromptTokens", "cacheWriteTokens"] as const) {
    const more = (all[key] ?? 0) - (told[key] ?? 0);
    if (more > 0) rest[key] = more;
  }
  return rest;
}

function isNothing({ promptTokens, completionTokens }: RequestUsage): boolean {
  return promptTokens === 0 && completionTokens === 0;
}
