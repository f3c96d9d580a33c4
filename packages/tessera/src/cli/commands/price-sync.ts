import { readFileSync } from "node:fs";
import { formatDollars, parseDollars } from "@tesserae/wire/cost";
import { GatewayError } from "../../config/gateway-error.ts";
import { isLoopback } from "../../config/listen-address.ts";
import { readPriceSource, VOTED_FIELDS, type PriceSource, type VotedField } from "../../prices/price-source.ts";
import { voteOnPrices, type AgreedPrice, type Vote } from "../../prices/price-vote.ts";
import { providerOf } from "../../prices/price-list.ts";
import { SyncedTable } from "../../prices/synced-table.ts";
import { type CommonOptions, withStore } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson, printTable, tell } from "../output.ts";

const MILLION = 1_000_000;
const PATIENCE_MS = 30_000;

/** What `tessera prices sync` may be told. */
export interface SyncOptions extends CommonOptions {
  readonly from: readonly string[];
}

/** Reads lists of prices, and puts in force what at least two of them agree on. */
export async function syncPricesCommand({ from, ...options }: SyncOptions): Promise<number> {
  if (from.length < 2) {
    const message =
      "--from names a file or an address with a list of prices; two at least, since one has nobody to agree with.";
    throw new GatewayError("ERR_INVALID_ARGUMENT", message);
  }
  const sources: PriceSource[] = [];
  for (const place of from) sources.push(readPriceSource(await textAt(place), place));
  const names = sources.map(({ source }) => source);
  if (new Set(names).size < names.length) {
    throw new GatewayError(
      "ERR_INVALID_ARGUMENT",
      `--from names the same source twice (${names.join(", ")}): it has one vote.`,
    );
  }
  const { agreed, staged } = voteOnPrices(sources);
  await withStore(options, (store) => new SyncedTable(store).takeVote(agreed, staged, Date.now()));
  const disputed = staged.filter(({ votes }) => votes.length > 1).length;
  if (options.json === true) printJson({ sources: names, agreed: agreed.length, staged: staged.length, disputed });
  else {
    tell(
      `${names.join(", ")} agree on ${agreed.length} models, which are in force; a running gateway knows within seconds.`,
    );
    tell(
      `${staged.length} prices are not in force: on ${disputed} they differ, of the rest one source speaks. See tessera prices diff.`,
    );
  }
  return EXIT.ok;
}

async function textAt(place: string): Promise<string> {
  try {
    return URL.canParse(place) && !place.startsWith("file:")
      ? await fetched(new URL(place))
      : readFileSync(place, "utf8");
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError("ERR_NOT_FOUND", `The list of prices ${place} cannot be read: ${why}`, { cause });
  }
}

async function fetched(url: URL): Promise<string> {
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw new GatewayError(
      "ERR_INVALID_ARGUMENT",
      `${url.href} must be https: what others can change on the way is no source of prices.`,
    );
  }
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return await response.text();
}

/** Shows what sources agree on otherwise than the release, and on what they do not agree. */
export async function diffPricesCommand(options: CommonOptions): Promise<number> {
  const { staged, agreed } = await withStore(options, (store) => {
    const table = new SyncedTable(store);
    return { staged: table.staged(), agreed: table.all("vote") };
  });
  const disputed = staged.filter(({ votes }) => votes.length > 1);
  if (options.json === true) printJson({ agreed, staged });
  else if (disputed.length === 0) tell(`Nothing is disputed; ${agreed.length} models have prices that were agreed on.`);
  else {
    printTable([
      ["PROVIDER", "MODEL", "PRICE", "SOURCES SAY (dollars a million tokens)"],
      ...disputed.map(({ provider, model, field, votes }) => [provider, model, field, votesText(votes)]),
    ]);
  }
  return EXIT.ok;
}

function votesText(votes: readonly Vote[]): string {
  return votes.map(({ source, value }) => `${source} ${formatDollars(value * MILLION)}`).join(", ");
}

/** What `tessera prices override` may be told: dollars for a million tokens. */
export interface OverrideOptions extends CommonOptions {
  readonly input?: string;
  readonly output?: string;
  readonly cacheRead?: string;
  readonly cacheWrite?: string;
  readonly remove?: boolean;
}

/** Sets the operator's own price of a model, or takes it away. Those of the configuration come before it. */
export async function overridePriceCommand(provider: string, model: string, options: OverrideOptions): Promise<number> {
  const price = options.remove === true ? undefined : { provider, model, rates: ratesOf(options) };
  const done = await withStore(options, (store, { settings }) => {
    const table = new SyncedTable(store);
    if (price === undefined) return table.remove("operator", provider, model);
    const places = settings.upstreams.flatMap((upstream) => [upstream.id, providerOf(upstream)]);
    if (!places.includes(provider)) {
      const known = [...new Set(places)].join(", ");
      const message = `No upstream is called ${provider} or has its prices: the price would hold nowhere. There are ${known}.`;
      throw new GatewayError("ERR_INVALID_ARGUMENT", message);
    }
    table.set("operator", price, Date.now());
    return true;
  });
  if (!done) throw new GatewayError("ERR_NOT_FOUND", `No price was set for ${model} at ${provider}.`);
  if (options.json === true) printJson({ provider, model, rates: price?.rates ?? null });
  else
    tell(
      `The price of ${model} at ${provider} is ${price === undefined ? "no longer set" : "set"}. Rows that are written keep theirs.`,
    );
  return EXIT.ok;
}

function ratesOf(options: OverrideOptions): AgreedPrice["rates"] {
  const rates: Partial<Record<VotedField, number>> = {};
  for (const field of VOTED_FIELDS) {
    const text = options[field];
    if (text !== undefined) rates[field] = perMillion(field, text);
  }
  const { input, output } = rates;
  if (input !== undefined && output !== undefined) return { ...rates, input, output };
  throw new GatewayError(
    "ERR_INVALID_ARGUMENT",
    "A price needs --input and --output, in dollars for a million tokens.",
  );
}

/** A token costs whole pico-dollars. */
function perMillion(field: string, text: string): number {
  try {
    const pico = parseDollars(text) / MILLION;
    if (Number.isSafeInteger(pico)) return pico;
  } catch {
    // Told below.
  }
  throw new GatewayError(
    "ERR_INVALID_ARGUMENT",
    `The price ${field} is in dollars for a million tokens, such as 2.5 (at most six digits after the point), not "${text}".`,
  );
}
