import type { ModelPrice } from "@tesserae/wire/catalogue";
import { formatDollars } from "@tesserae/wire/cost";
import { GatewayError } from "../../config/gateway-error.ts";
import { openPrices } from "../../prices/price-list.ts";
import { type CommonOptions, withStore } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { print, printJson, printTable } from "../output.ts";

/** What `tessera prices show` may be told. */
export interface ShowPriceOptions extends CommonOptions {
  readonly upstream?: string;
}

const MILLION = 1_000_000;
/** Prices of one, not of a token. */
const EACH: ReadonlySet<string> = new Set(["webSearch", "request"]);

/** Shows what a model costs at each upstream, whose price that is, and what strict caps take for its limits. */
export async function showPriceCommand(model: string, options: ShowPriceOptions): Promise<number> {
  const found = await withStore(options, (store, { settings }) => {
    const { upstreams } = settings;
    const asked = upstreams.filter(({ id }) => options.upstream === undefined || id === options.upstream);
    if (asked.length === 0) {
      const known = upstreams.map(({ id }) => id).join(", ");
      throw new GatewayError("ERR_INVALID_ARGUMENT", `--upstream is "${options.upstream}"; there are ${known}.`);
    }
    const prices = openPrices({ store, overrides: settings.prices.overrides });
    return asked.map((upstream) => ({
      upstream: upstream.id,
      model,
      found: prices.find(model, upstream, Date.now()),
      limits: prices.limitsOf(model, upstream),
    }));
  });
  if (options.json === true) {
    printJson(
      found.map(({ found: price, ...rest }) => ({ ...rest, name: price?.name ?? null, price: price?.price ?? null })),
    );
    return EXIT.ok;
  }
  for (const { upstream, found: price, limits } of found) {
    print(`${model} at ${upstream}: ${price === undefined ? "no price is known" : `the price of ${price.name}`}`);
    const { maxOutputTokens, contextWindow } = limits;
    printTable([
      ...(price === undefined ? [] : linesOf(price.price)),
      ["  longest answer", maxOutputTokens === undefined ? "not known" : `${maxOutputTokens} tokens`],
      ["  context window", contextWindow === undefined ? "not known" : `${contextWindow} tokens`],
    ]);
  }
  return EXIT.ok;
}

function linesOf({ tiers = [], ...rates }: ModelPrice): readonly (readonly [string, string])[] {
  return [
    ...ratesOf(rates, ""),
    ...tiers.flatMap(({ above, ...tier }) => ratesOf(tier, ` above ${above} tokens of input`)),
  ];
}

function ratesOf(rates: Readonly<Record<string, number>>, when: string): readonly (readonly [string, string])[] {
  return Object.entries(rates).map(([name, rate]) =>
    EACH.has(name)
      ? [`  ${name}${when}`, `$${formatDollars(rate)} each`]
      : [`  ${name}${when}`, `$${formatDollars(rate * MILLION)} a million tokens`],
  );
}
