/**
 * Writes the price table of `@tesserae/wire/catalogue` from the development dependency `@pydantic/genai-prices`
 * (MIT licence, Copyright (c) Pydantic Services Inc.).
 *
 * Run: `node scripts/update-catalogue.ts`, after updating that dependency. Commit the result.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProvider, type MatchLogic, type ModelInfo, type ModelPrice } from "@pydantic/genai-prices";

/** The providers that are kept: those with an interface of their own, and the largest reseller. */
const PROVIDERS = [
  "openai",
  "anthropic",
  "google",
  "azure",
  "aws",
  "mistral",
  "groq",
  "deepseek",
  "x-ai",
  "cohere",
  "together",
  "fireworks",
  "cerebras",
  "perplexity",
  "moonshotai",
  "minimax",
  "zhipuai",
  "zai",
  "openrouter",
];

/** Our short key for each price, and how many units the source's price is for. */
const KEYS: Readonly<Record<string, readonly [key: string, units: number]>> = {
  input_mtok: ["i", 1e6],
  cache_read_mtok: ["r", 1e6],
  cache_write_mtok: ["w", 1e6],
  cache_write_1h_mtok: ["h", 1e6],
  output_mtok: ["o", 1e6],
  input_audio_mtok: ["a", 1e6],
  cache_audio_read_mtok: ["b", 1e6],
  output_audio_mtok: ["p", 1e6],
  output_image_mtok: ["m", 1e6],
  output_reasoning_mtok: ["t", 1e6],
  web_searches_kcount: ["s", 1e3],
  requests_kcount: ["q", 1e3],
};

const PICO = 1e12;

type Match = string | Match[];

function encodeMatch(match: MatchLogic): Match {
  if ("or" in match) return match.or.map(encodeMatch);
  if ("and" in match) return ["&", ...match.and.map(encodeMatch)];
  if ("equals" in match) return `=${match.equals}`;
  if ("starts_with" in match) return `^${match.starts_with}`;
  if ("ends_with" in match) return `$${match.ends_with}`;
  if ("contains" in match) return `~${match.contains}`;
  return `/${match.regex}`;
}

function pico(dollars: number, units: number): number {
  const amount = Math.round((dollars * PICO) / units);
  if (!Number.isSafeInteger(amount)) throw new Error(`A price of ${dollars} is out of range.`);
  return amount;
}

/** The prices of a model; tiers become `[above, prices]` under `T`. Undefined when it has no price for text. */
function encodePrices(prices: ModelPrice): Record<string, unknown> | undefined {
  const encoded: Record<string, unknown> = {};
  const tiers = new Map<number, Record<string, number>>();
  for (const [name, [key, units]] of Object.entries(KEYS)) {
    const price = prices[name];
    if (price === undefined) continue;
    encoded[key] = pico(typeof price === "number" ? price : price.base, units);
    for (const tier of typeof price === "number" ? [] : price.tiers) {
      const known = tiers.get(tier.start) ?? {};
      tiers.set(tier.start, { ...known, [key]: pico(tier.price, units) });
    }
  }
  if (encoded["i"] === undefined && encoded["o"] === undefined) return undefined;
  if (tiers.size > 0) encoded["T"] = [...tiers].sort(([a], [b]) => a - b);
  return encoded;
}

function encodeModel(model: ModelInfo): string | undefined {
  const listed = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  const prices: unknown[] = [];
  for (const { constraint, prices: given } of listed) {
    const encoded = encodePrices(given);
    if (encoded === undefined) return undefined;
    if (constraint === undefined) prices.push([0, encoded]);
    else if (constraint.type === "start_date") prices.push([constraint.start_date, encoded]);
    else prices.push([[constraint.start_time, constraint.end_time], encoded]);
  }
  const plain = prices.length === 1 ? (prices[0] as [unknown, unknown])[1] : prices;
  return JSON.stringify([model.id, encodeMatch(model.match), model.context_window ?? 0, plain]);
}

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "node_modules/@pydantic/genai-prices/package.json");
const version = (JSON.parse(readFileSync(source, "utf8")) as { version: string }).version;

const lines: string[] = [];
let count = 0;
for (const id of PROVIDERS) {
  const provider = findProvider({ providerId: id });
  if (provider?.id !== id) throw new Error(`The source has no provider "${id}" any more.`);
  const models = provider.models.map(encodeModel).filter((line) => line !== undefined);
  count += models.length;
  const match = provider.model_match === undefined ? 0 : encodeMatch(provider.model_match);
  const head = [id, provider.api_pattern, match, provider.fallback_model_providers ?? []].map((part) =>
    JSON.stringify(part),
  );
  lines.push(`[${head.join(",")},[\n${models.join(",\n")}\n]]`);
}
const text = `[\n${lines.join(",\n")}\n]`;
if (/`|\$\{/.test(text)) throw new Error("The table holds a character that a raw template cannot.");

writeFileSync(
  join(root, "packages/wire/src/catalogue/price-data.ts"),
  `/* oxlint-disable max-lines -- generated */
// Written by scripts/update-catalogue.ts; do not edit.
// From @pydantic/genai-prices ${version}, MIT licence, Copyright (c) Pydantic Services Inc.

/** The version of the source, as the name of this state of the prices. */
export const PRICE_VERSION: string = "genai-prices-${version}";

/**
 * JSON: providers as [id, pattern of the base URL, model match or 0, fallback providers, models], models as
 * [id, match, context window or 0, prices]. Prices are pico-dollars a token (\`s\`: a web search, \`q\`: a request) by a letter each, \`T\` holds
 * [above this much input, prices that differ] pairs; a list of them is [from date, hours or 0, prices] each.
 */
export const PRICE_TABLE: string = String.raw\`${text}\`;
`,
);
process.stdout.write(`${count} models, ${Math.round(text.length / 1000)} kB\n`);
