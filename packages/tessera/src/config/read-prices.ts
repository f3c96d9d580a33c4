import type { ModelPrice, PriceTier } from "@tesserae/wire/catalogue";
import { parseDollars } from "@tesserae/wire/cost";
import type { Upstream } from "../exchange.ts";
import { providerOf, type PriceOverride } from "../prices/price-list.ts";
import type { FieldReader } from "./field-reader.ts";

type Rates = Omit<ModelPrice, "tiers">;

/** Prices that are written in dollars for a million tokens. */
const PER_MILLION = [
  "input",
  "output",
  "cacheRead",
  "cacheWrite",
  "cacheWrite1h",
  "inputAudio",
  "cacheReadAudio",
  "outputAudio",
  "outputImage",
  "outputReasoning",
] as const satisfies readonly (keyof Rates)[];
/** Prices that are written in dollars for one. */
const EACH = ["webSearch", "request"] as const satisfies readonly (keyof Rates)[];
const MILLION = 1_000_000;

/**
 * The operator's prices: `{ provider, model, input, output, cacheRead, … }`, in dollars for a million tokens, as price
 * lists have them, and `webSearch` and `request` in dollars each.
 */
export function readPriceOverrides(
  readers: readonly FieldReader[],
  upstreams: readonly Upstream[],
): readonly PriceOverride[] {
  const providers = new Set(upstreams.flatMap((upstream) => [upstream.id, providerOf(upstream)]));
  const named = new Set<string>();
  return readers.flatMap((reader) => {
    const override = readOverride(reader, providers);
    if (override === undefined) return [];
    const name = JSON.stringify([override.provider, override.model]);
    if (named.has(name)) reader.fail(`is the second price of ${override.model} at ${override.provider}`, "model");
    named.add(name);
    return [override];
  });
}

function readOverride(reader: FieldReader, providers: ReadonlySet<string>): PriceOverride | undefined {
  const provider = reader.text("provider", undefined);
  const model = reader.text("model", undefined);
  const maxOutputTokens = reader.whole("maxOutputTokens", undefined, 1);
  const contextWindow = reader.whole("contextWindow", undefined, 1);
  const rates = readRates(reader);
  const tiers = reader.list("tiers").flatMap(readTier);
  for (const name of ["provider", "model", "input", "output"]) if (!reader.has(name)) reader.fail("is missing", name);
  reader.end();
  if (provider !== undefined && !providers.has(provider)) {
    reader.fail(
      `is neither an upstream nor whose prices hold at one (known: ${[...providers].join(", ")})`,
      "provider",
    );
  }
  const { input, output, ...others } = rates;
  if (provider === undefined || model === undefined || input === undefined || output === undefined) return undefined;
  const price = { input, output, ...others, ...(tiers.length === 0 ? {} : { tiers }) };
  return { provider, model, price, maxOutputTokens, contextWindow };
}

/** `{ above, input, output, … }`: the prices of requests with more input tokens than `above`. */
function readTier(reader: FieldReader): readonly PriceTier[] {
  const above = reader.whole("above", undefined, 1);
  const rates = readRates(reader);
  if (!reader.has("above")) reader.fail("is missing: the input tokens from which on it holds", "above");
  reader.end();
  return above === undefined ? [] : [{ above, ...rates }];
}

function readRates(reader: FieldReader): Partial<Rates> {
  const rates: { -readonly [K in keyof Rates]?: Rates[K] } = {};
  for (const name of PER_MILLION) {
    const rate = reader.custom(
      name,
      "dollars for a million tokens, such as 2.5 (at most six digits after the point)",
      ofMillion,
    );
    if (rate !== undefined) rates[name] = rate;
  }
  for (const name of EACH) {
    const rate = reader.custom(name, "dollars for one, such as 0.01", picoDollars);
    if (rate !== undefined) rates[name] = rate;
  }
  return rates;
}

/** A token costs whole pico-dollars. */
function ofMillion(value: unknown): number | undefined {
  const pico = picoDollars(value);
  return pico === undefined || pico % MILLION !== 0 ? undefined : pico / MILLION;
}

function picoDollars(value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  try {
    return parseDollars(value);
  } catch {
    return undefined;
  }
}
