import {
  assertJson,
  RuntimeError,
  ValueError,
  type CacheSetOptions,
  type CacheStore,
  type ComponentDefinition,
} from "@tesserae/core";
import { CacheDatabase } from "./cache-database.ts";

/** What makes a {@link DiskCacheStore}. */
export interface DiskCacheStoreOptions {
  /** Where the file `cache.db` lies; made when it is not there. */
  readonly directory: string;
}

const GET = "SELECT value FROM entries WHERE key = ? AND (expires IS NULL OR expires > ?)";
const SET = "INSERT OR REPLACE INTO entries (key, value, expires) VALUES (?, ?, ?)";
const DELETE = "DELETE FROM entries WHERE key = ? RETURNING expires IS NULL OR expires > ? AS lived";
const EXPIRE = "DELETE FROM entries WHERE expires <= ?";

/**
 * A {@link CacheStore} in a SQLite file: what it keeps outlives the process, and several processes may use it at once.
 * Values are JSON. The file is opened at the first call; it cannot be read by Python's `diskcache`, nor theirs here.
 */
export class DiskCacheStore<Value = unknown> implements CacheStore<Value> {
  static readonly component: ComponentDefinition<DiskCacheStore> = {
    provider: "autogen_ext.cache_store.diskcache.DiskCacheStore",
    componentType: "cache_store",
    label: "DiskCacheStore",
    description: "A cache store in a file, which several processes may use at once.",
    schema: {
      type: "object",
      properties: { directory: { type: "string", minLength: 1 } },
      required: ["directory"],
    },
    toConfig: ({ directory }) => ({ directory }),
    fromConfig: ({ directory }: { readonly directory: string }) => new DiskCacheStore({ directory }),
  };

  readonly directory: string;
  #database: CacheDatabase | undefined;
  #isClosed = false;

  /** @throws ValueError without a directory. */
  constructor({ directory }: DiskCacheStoreOptions) {
    if (typeof directory !== "string" || directory === "") {
      throw new ValueError("A DiskCacheStore needs a directory: the path of a folder.");
    }
    this.directory = directory;
  }

  get(key: string): Value | undefined;
  get(key: string, fallback: Value): Value;
  get(key: string, fallback?: Value): Value | undefined {
    const row = this.#open().statement(GET).get(key, Date.now());
    // What was set is what comes back.
    return row === undefined ? fallback : (JSON.parse(String(row["value"])) as Value);
  }

  /** @throws ValueError `ERR_EFFECT_NOT_JSON` for a value that is no JSON, and for a time to live that is no positive number. */
  set(key: string, value: Value, { ttlMs }: CacheSetOptions = {}): void {
    if (ttlMs !== undefined && !(ttlMs > 0)) throw new ValueError(`ttlMs must be greater than 0. It is ${ttlMs}.`);
    assertJson(value, `the value of "${key}"`);
    const isEndless = ttlMs === undefined || ttlMs === Infinity;
    const expires = isEndless ? null : Math.ceil(Date.now() + ttlMs);
    this.#open().statement(SET).run(key, JSON.stringify(value), expires);
  }

  delete(key: string): boolean {
    return this.#open().statement(DELETE).get(key, Date.now())?.["lived"] === 1;
  }

  clear(): void {
    this.#open().statement("DELETE FROM entries").run();
  }

  /** Closes the file. The store cannot be used afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): CacheDatabase {
    if (this.#isClosed) throw new RuntimeError(`The cache in ${this.directory} is closed. Make another store for it.`);
    if (this.#database === undefined) {
      this.#database = new CacheDatabase(this.directory);
      this.#database.statement(EXPIRE).run(Date.now());
    }
    return this.#database;
  }
}
