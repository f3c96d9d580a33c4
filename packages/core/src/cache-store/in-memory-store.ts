import type { ComponentDefinition } from "../components/component.ts";
import { ValueError } from "../errors/kinds.ts";
import type { CacheSetOptions, CacheStore } from "./cache-store.ts";

/** What makes an {@link InMemoryStore}. */
export interface InMemoryStoreOptions {
  /** With more entries than this, the one that was used the longest ago goes. Default: no limit. */
  readonly maxEntries?: number | undefined;
}

/** A {@link CacheStore} that lasts as long as the object; it answers at once. */
export class InMemoryStore<Value = unknown> implements CacheStore<Value> {
  static readonly component: ComponentDefinition<InMemoryStore> = {
    provider: "autogen_core.InMemoryStore",
    componentType: "cache_store",
    label: "InMemoryStore",
    description: "A cache store that lasts as long as the process.",
    // AutoGen's has no limit, and reads past this key.
    schema: { type: "object", properties: { max_entries: { type: ["integer", "null"], minimum: 1 } } },
    toConfig: (store) => (store.#maxEntries === Infinity ? {} : { max_entries: store.#maxEntries }),
    fromConfig: ({ max_entries: most }) =>
      new InMemoryStore({ maxEntries: typeof most === "number" ? most : undefined }),
  };

  readonly #maxEntries: number;
  /** The one that was used last stands last. */
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAt: number }>();

  /** @throws ValueError for a number of entries that is no whole number above 0. */
  constructor({ maxEntries = Infinity }: InMemoryStoreOptions = {}) {
    if (maxEntries !== Infinity && !(Number.isInteger(maxEntries) && maxEntries > 0)) {
      throw new ValueError(`maxEntries must be a whole number greater than 0. It is ${maxEntries}.`);
    }
    this.#maxEntries = maxEntries;
  }

  get(key: string): Value | undefined;
  get(key: string, fallback: Value): Value;
  get(key: string, fallback?: Value): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return fallback;
    this.#entries.delete(key);
    if (entry.expiresAt <= Date.now()) return fallback;
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** @throws ValueError for a time to live that is no positive number. */
  set(key: string, value: Value, options: CacheSetOptions = {}): void {
    const { ttlMs = Infinity } = options;
    if (!(ttlMs > 0)) throw new ValueError(`ttlMs must be greater than 0. It is ${ttlMs}.`);
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAt: Date.now() + ttlMs });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#maxEntries && oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    return this.#entries.delete(key) && entry !== undefined && entry.expiresAt > Date.now();
  }

  clear(): void {
    this.#entries.clear();
  }
}
