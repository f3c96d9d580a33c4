import { ModelCatalogue, PRICE_VERSION, type ModelPrice, type PricedModel } from "@tesserae/wire/catalogue";
import type { ModelLimits } from "../caps/strict-worst-case.ts";
import type { Upstream } from "../exchange.ts";
import type { PriceBook } from "../ports.ts";
import { canonicalJson, type CanonicalValue } from "../store/canonical-json.ts";
import type { Store } from "../store/store.ts";
import { makeSnapshot, type PriceSnapshot } from "./price-snapshot.ts";
import type { AgreedPrice } from "./price-vote.ts";
import { SyncedTable } from "./synced-table.ts";
import { PRICE_MIGRATIONS, insertSnapshot, newestSnapshot } from "./snapshot-table.ts";

/** A price that the operator sets; it comes before that of the table. */
export interface PriceOverride {
  /** The id of an upstream, or the provider whose prices hold there (`openai`). */
  readonly provider: string;
  /**
   * The model's whole name, as requests or answers name it. One that the price table has holds for the dated names, too, that
   * the table takes for the same model.
   */
  readonly model: string;
  readonly price: ModelPrice;
  /** The longest answer, and question and answer together, in tokens: for strict caps. Default: as the catalogue knows. */
  readonly maxOutputTokens?: number | undefined;
  readonly contextWindow?: number | undefined;
}

/** What {@link openPrices} needs. */
export interface PriceOptions {
  /** Open for writing: the snapshots that rows pin are kept in it. */
  readonly store: Store;
  readonly overrides?: readonly PriceOverride[];
  /** Default: the table of this release. */
  readonly catalogue?: ModelCatalogue;
  /** Names the state of the catalogue. Default: that of the table of this release. */
  readonly source?: string;
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number;
}

/** A price and the name that a snapshot knows it by. */
export interface FoundPrice {
  /** Provider and model as the table names them, such as `openai/gpt-4o-mini`; what the operator set: `operator/openai/my-model`, what sources agreed on: `synced/openai/gpt-4o-mini`. */
  readonly name: string;
  readonly price: ModelPrice;
}

/** The price book of the gateway, which makes snapshots as prices are used. */
export interface PriceList extends PriceBook {
  /** The price of a model at an upstream; `undefined` when nobody knows it. The same object as long as it is the same price. */
  find(model: string, upstream: Upstream, at: number): FoundPrice | undefined;
  /** What a model can take and give. */
  limitsOf(model: string, upstream: Upstream): ModelLimits;
  /** Puts these in the place of the operator's prices from now on. Rows that are written keep their snapshots. */
  override(overrides: readonly PriceOverride[]): void;
  /** Takes up what `tessera prices sync` and `override` have changed in the database since. */
  reload(): void;
  /** Sees to it that the present snapshot holds a price, and gives the snapshot's id. In memory: see `save`. */
  pin(found: FoundPrice): string;
  /** The snapshots that are not in the database yet. */
  unsaved(): readonly PriceSnapshot[];
  /** Writes them, inside the caller's transaction. They count as unsaved until `saved` is called. */
  save(): void;
  /** Says that the transaction is over. */
  saved(): void;
}

/** Opens the prices: those of the table and of the operator, with the snapshots in the database. */
export function openPrices(options: PriceOptions): PriceList {
  options.store.migrate("prices", PRICE_MIGRATIONS);
  return new TablePrices(options);
}

/** Whose prices hold at an upstream, as far as its settings tell. */
export function providerOf(upstream: Upstream): string {
  return upstream.pricesOf ?? (upstream.kind === "openai-compatible" ? upstream.id : upstream.kind);
}

interface Remembered {
  readonly found: FoundPrice | undefined;
  readonly minute: number;
}

/** So many names are remembered at each upstream; they come from outside, so there must be an end. */
const REMEMBERED = 1000;
/** No model that has a price has a longer name. */
const LONGEST_NAME = 200;
/** Some prices hold for hours of the day, to the minute. */
const MINUTE_MS = 60_000;

class TablePrices implements PriceList {
  readonly #store: Store;
  readonly #catalogue: ModelCatalogue;
  readonly #source: string;
  readonly #now: () => number;
  readonly #table: SyncedTable;
  /** Those of the configuration. */
  #given: readonly PriceOverride[];
  /** By `operator/PROVIDER/MODEL`. */
  #overrides: ReadonlyMap<string, PriceOverride> = new Map();
  /** What sources have agreed on, by `synced/PROVIDER/MODEL`. */
  #synced: ReadonlyMap<string, AgreedPrice> = new Map();
  readonly #remembered = new Map<string, Map<string, Remembered>>();
  readonly #unsaved = new Map<string, PriceSnapshot>();
  /** By name: as many as the table and the operator have. */
  readonly #known = new Map<string, FoundPrice>();
  readonly #pinned: Map<string, FoundPrice>;
  #snapshot: PriceSnapshot;

  constructor(options: PriceOptions) {
    this.#store = options.store;
    this.#catalogue = options.catalogue ?? new ModelCatalogue();
    this.#source = options.source ?? PRICE_VERSION;
    this.#now = options.now ?? Date.now;
    this.#table = new SyncedTable(options.store);
    this.#given = options.overrides ?? [];
    this.reload();
    const newest = newestSnapshot(options.store.database);
    const goesOn = newest?.source === this.#source;
    this.#snapshot = goesOn ? newest : this.#make(new Map());
    this.#pinned = new Map([...this.#snapshot.prices].map(([name, price]) => [name, { name, price }]));
    if (!goesOn) this.#unsaved.set(this.#snapshot.id, this.#snapshot);
  }

  get snapshotId(): string {
    return this.#snapshot.id;
  }

  priceOf(model: string, upstream: Upstream, at: number): ModelPrice | undefined {
    return this.find(model, upstream, at)?.price;
  }

  find(model: string, upstream: Upstream, at: number): FoundPrice | undefined {
    if (model.length > LONGEST_NAME) return undefined;
    let models = this.#remembered.get(upstream.id);
    if (models === undefined) this.#remembered.set(upstream.id, (models = new Map()));
    const minute = Math.floor(at / MINUTE_MS);
    const known = models.get(model);
    if (known?.minute === minute) return known.found;
    const found = this.#lookUp(model, upstream, at);
    if (models.size >= REMEMBERED) models.clear();
    models.set(model, { found, minute });
    return found;
  }

  limitsOf(model: string, upstream: Upstream): ModelLimits {
    const own = model.length > LONGEST_NAME ? undefined : this.#overrideFor(model, upstream, this.#now());
    const known = this.#catalogue.lookup(model, upstream.kind === "anthropic" ? "anthropic" : "openai");
    const windows = [known?.contextWindow, this.#tableEntry(model, upstream, this.#now())?.contextWindow];
    const largest = windows.reduce((most, size) => ((size ?? 0) > (most ?? 0) ? size : most), undefined);
    return {
      maxOutputTokens: own?.maxOutputTokens ?? known?.maxOutputTokens,
      contextWindow: own?.contextWindow ?? largest,
    };
  }

  override(overrides: readonly PriceOverride[]): void {
    this.#given = overrides;
    this.reload();
  }

  reload(): void {
    // The configuration has the last word.
    const set = this.#table.all("operator").map(({ provider, model, rates }) => ({ provider, model, price: rates }));
    const overrides: readonly PriceOverride[] = [...set, ...this.#given];
    this.#overrides = new Map(overrides.map((other) => [overrideName(other.provider, other.model), other]));
    this.#synced = new Map(this.#table.all("vote").map((price) => [syncedName(price.provider, price.model), price]));
    this.#remembered.clear();
  }

  pin(found: FoundPrice): string {
    const pinned = this.#pinned.get(found.name);
    if (pinned === found) return this.#snapshot.id;
    this.#pinned.set(found.name, found);
    if (pinned === undefined || textOf(pinned.price) !== textOf(found.price)) {
      this.#snapshot = this.#make(new Map([...this.#pinned].map(([name, { price }]) => [name, price])));
      this.#unsaved.set(this.#snapshot.id, this.#snapshot);
    }
    return this.#snapshot.id;
  }

  unsaved(): readonly PriceSnapshot[] {
    return [...this.#unsaved.values()];
  }

  save(): void {
    for (const snapshot of this.#unsaved.values()) insertSnapshot(this.#store.database, snapshot);
  }

  saved(): void {
    this.#unsaved.clear();
  }

  #make(prices: ReadonlyMap<string, ModelPrice>): PriceSnapshot {
    return makeSnapshot(prices, { date: new Date(this.#now()).toISOString().slice(0, 10), source: this.#source });
  }

  #lookUp(model: string, upstream: Upstream, at: number): FoundPrice | undefined {
    const override = this.#overrideFor(model, upstream, at);
    if (override !== undefined) return this.#shared(overrideName(override.provider, override.model), override.price);
    const entry = this.#tableEntry(model, upstream, at);
    const synced =
      this.#synced.get(syncedName(providerOf(upstream), model)) ??
      (entry === undefined ? undefined : this.#synced.get(syncedName(entry.provider, entry.id)));
    if (synced !== undefined) {
      // On what they do not agree the last good value stays: that of the release.
      return this.#shared(syncedName(synced.provider, synced.model), { ...entry?.price, ...synced.rates });
    }
    if (entry === undefined) return undefined;
    // What runs at home is free by whatever name: one entry for all names, which come from outside.
    return this.#shared(entry.provider === "ollama" ? "ollama/*" : `${entry.provider}/${entry.id}`, entry.price);
  }

  /** For the name itself, else for the model that the price table takes it for. */
  #overrideFor(model: string, upstream: Upstream, at: number): PriceOverride | undefined {
    if (this.#overrides.size === 0) return undefined;
    const named = this.#overrideNamed(model, upstream);
    if (named !== undefined) return named;
    const entry = this.#tableEntry(model, upstream, at);
    return entry === undefined ? undefined : this.#overrideNamed(entry.id, upstream);
  }

  #overrideNamed(model: string, upstream: Upstream): PriceOverride | undefined {
    return (
      this.#overrides.get(overrideName(upstream.id, model)) ??
      this.#overrides.get(overrideName(providerOf(upstream), model))
    );
  }

  #tableEntry(model: string, upstream: Upstream, at: number): PricedModel | undefined {
    // Of a server that is merely compatible, its address says whose prices hold.
    const isKnown = upstream.pricesOf !== undefined || upstream.kind !== "openai-compatible";
    const where = isKnown ? { provider: providerOf(upstream) } : { baseUrl: upstream.baseURL };
    return this.#catalogue.price(model, { ...where, at });
  }

  /** The one object for a price, whatever names its model is asked for by: `pin` has nothing to compare then. */
  #shared(name: string, price: ModelPrice): FoundPrice {
    const known = this.#known.get(name);
    if (known !== undefined && textOf(known.price) === textOf(price)) return known;
    const found = { name, price };
    this.#known.set(name, found);
    return found;
  }
}

function overrideName(provider: string, model: string): string {
  return `operator/${provider}/${model}`;
}

function syncedName(provider: string, model: string): string {
  return `synced/${provider}/${model}`;
}

function textOf(price: ModelPrice): string {
  const { tiers, ...rates } = price;
  const document: CanonicalValue = { ...rates, tiers: tiers?.map((tier) => ({ ...tier })) };
  return canonicalJson(document);
}
