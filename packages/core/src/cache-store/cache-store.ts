import type { Awaitable } from "../model-context/chat-completion-context.ts";

/** How a value is kept. */
export interface CacheSetOptions {
  /** After so many milliseconds the value is gone. Default: it stays. */
  readonly ttlMs?: number | undefined;
}

/** Keeps values under texts (component type `cache_store`); who makes one looks after the storage behind it. */
export interface CacheStore<Value = unknown> {
  /** The value kept under the key, else `fallback`. */
  get(key: string, fallback?: Value): Awaitable<Value | undefined>;
  set(key: string, value: Value, options?: CacheSetOptions): Awaitable<void>;
  /** True when there was something to delete. */
  delete(key: string): Awaitable<boolean>;
  clear(): Awaitable<void>;
}
