import type { ComponentDefinition } from "../components/component.ts";
import { ValueError } from "../errors/kinds.ts";
import type { CacheSetOptions, CacheStore } from "./cache-store.ts";

/** A {@link CacheStore} that lasts as long as the object; it answers at once. */
export class InMemoryStore<Value = unknown> implements CacheStore<Value> {
  static readonly component: ComponentDefinition<InMemoryStore> = {
    provider: "autogen_core.InMemoryStore",
    componentType: "cache_store",
    label: "InMemoryStore",
    description: "A cache store that lasts as long as the process.",
    schema: { type: "object", properties: {} },
    toConfig: () => ({}),
    fromConfig: () => new InMemoryStore(),
  };

  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAt: number }>();

  get(key: string): Value | undefined;
  get(key: string, fallback: Value): Value;
  get(key: string, fallback?: Value): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return fallback;
    if (entry.expiresAt > Date.now()) return entry.value;
    this.#entries.delete(key);
    return fallback;
  }

  /** @throws ValueError for a time to live that is no positive number. */
  set(key: string, value: Value, options: CacheSetOptions = {}): void {
    const { ttlMs = Infinity } = options;
    if (!(ttlMs > 0)) throw new ValueError(`ttlMs must be greater than 0. It is ${ttlMs}.`);
    this.#entries.set(key, { value, expiresAt: Date.now() + ttlMs });
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    return this.#entries.delete(key) && entry !== undefined && entry.expiresAt > Date.now();
  }

  clear(): void {
    this.#entries.clear();
  }
}
