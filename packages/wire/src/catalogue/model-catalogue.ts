import { ANTHROPIC_MODELS } from "./anthropic-models.ts";
import {
  AUDIO_NAMES,
  CERTAIN_NAMES,
  FAMILY_RULES,
  NAMES_WITHOUT_AUDIO,
  TRAIT_RULES,
  type ModelTraits,
} from "./family-rules.ts";
import { flags, type CatalogueModelInfo } from "./model-info.ts";
import type { ModelPrice } from "./model-price.ts";
import { OPENAI_MODELS, OPENAI_POINTERS } from "./openai-models.ts";
import { PriceTable, type PricedModel, type PriceQuery } from "./price-table.ts";

/** A model as the catalogue knows it. */
export interface CatalogueModel extends ModelTraits {
  /** The name that requests are sent with answers to: the dated model that a pointer stands for, else the name asked for. */
  readonly name: string;
  readonly info: CatalogueModelInfo;
  /** Tokens of input and output together. */
  readonly contextWindow: number;
  /** True when a rule for the family answered, and no table has the name: a caller may warn. */
  readonly inferred: boolean;
}

/** What a user tells about a model. */
export interface ModelRegistration extends ModelTraits {
  readonly info?: CatalogueModelInfo;
  readonly contextWindow?: number;
  readonly price?: ModelPrice;
}

/** Which table is asked. The same model has other flags behind another protocol. */
export type CatalogueClient = "openai" | "anthropic";

/**
 * Models with what they can do and what they cost. Each catalogue is its own: what is registered in one is in no other.
 *
 * AutoGen's tables come first and are exact (a pointer, then a dated name); what they lack is inferred from the family,
 * for certain where the name is one of a vendor's main line and has a price.
 * Prices have a table of their own, parsed at the first question about one.
 */
export class ModelCatalogue {
  readonly #registered = new Map<string, ModelRegistration>();
  #prices: PriceTable | undefined;

  /** Adds a model, or replaces what the tables say about one; members left out stay with the tables. */
  register(name: string, registration: ModelRegistration): void {
    this.#registered.set(name, { ...this.#registered.get(name), ...registration });
  }

  /** What a model can do; `undefined` when nothing fits its name. */
  lookup(name: string, client: CatalogueClient = "openai"): CatalogueModel | undefined {
    const known = tableEntry(name, client) ?? this.#infer(name, client);
    const own = this.#registered.get(name);
    const info = own?.info ?? known?.info;
    if (info === undefined) return undefined;
    const { price: _, ...facts } = own ?? {};
    const contextWindow = own?.contextWindow ?? known?.contextWindow ?? DEFAULT_CONTEXT_WINDOW;
    return {
      name: known?.name ?? name,
      ...traitsOf(known?.name ?? name),
      ...facts,
      info,
      contextWindow,
      inferred: own?.info === undefined && known?.inferred === true,
    };
  }

  /** What a model costs at a time; `undefined` when nobody knows: a price is never guessed. What runs on `ollama` is free. */
  price(name: string, query: PriceQuery = {}): PricedModel | undefined {
    const own = this.#registered.get(name);
    if (own?.price !== undefined) return { provider: query.provider ?? "custom", id: name, price: own.price };
    if (query.provider === "ollama") return { provider: "ollama", id: name, price: { input: 0, output: 0 } };
    this.#prices ??= new PriceTable();
    const found = this.#prices.find(name, query);
    if (found !== undefined || query.provider !== undefined || query.baseUrl !== undefined) return found;
    const slash = name.indexOf("/");
    if (slash === -1) return undefined;
    // "openai/gpt-5" names its provider itself, as our presets do; else it is a reseller's name.
    const inside = this.#prices.find(name.slice(slash + 1), { ...query, provider: name.slice(0, slash) });
    return inside ?? this.#prices.find(name, { ...query, provider: "openrouter" });
  }

  #infer(name: string, client: CatalogueClient): Omit<CatalogueModel, keyof ModelTraits> | undefined {
    const bare = bareName(name);
    const rule = FAMILY_RULES.find(({ pattern }) => pattern.test(bare));
    if (rule === undefined) return undefined;
    this.#prices ??= new PriceTable();
    const priced = this.#prices.find(bare);
    const isCertain = priced !== undefined && CERTAIN_NAMES[client].some((pattern) => pattern.test(bare));
    const info = flags(rule.flags, rule.family);
    // Behind OpenAI's protocol Claude takes system messages anywhere and has no JSON mode.
    const isClaude = bare.startsWith("claude-") && client === "openai";
    return {
      name,
      info: isClaude ? { ...info, multipleSystemMessages: true, jsonOutput: info.structuredOutput } : info,
      contextWindow: priced?.contextWindow ?? rule.contextWindow,
      inferred: !isCertain,
    };
  }
}

/** What is assumed of a model whose limit nobody tells. */
export const DEFAULT_CONTEXT_WINDOW: number = 128_000;

function tableEntry(name: string, client: CatalogueClient): Omit<CatalogueModel, keyof ModelTraits> | undefined {
  const dated = client === "openai" && Object.hasOwn(OPENAI_POINTERS, name) ? (OPENAI_POINTERS[name] ?? name) : name;
  const table = client === "openai" ? OPENAI_MODELS : ANTHROPIC_MODELS;
  const entry = Object.hasOwn(table, dated) ? table[dated] : undefined;
  if (entry === undefined) return undefined;
  return {
    name: dated,
    info: flags(entry[0], entry[1]),
    contextWindow: entry[2] === 0 ? DEFAULT_CONTEXT_WINDOW : entry[2],
    inferred: false,
  };
}

function traitsOf(name: string): ModelTraits {
  const bare = bareName(name);
  const found = TRAIT_RULES.find(([pattern]) => pattern.test(bare))?.[1] ?? {};
  if (AUDIO_NAMES.test(bare)) return { ...found, audio: true };
  return NAMES_WITHOUT_AUDIO.test(bare) ? { ...found, audio: false } : found;
}

function bareName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).toLowerCase();
}
