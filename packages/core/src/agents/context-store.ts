import type * as AsyncHooksModule from "node:async_hooks";

type AsyncHooks = typeof AsyncHooksModule;

/** The platform's `node:async_hooks`, `undefined` where there is none. */
export function asyncHooks(): AsyncHooks | undefined {
  return globalThis.process?.getBuiltinModule?.("node:async_hooks");
}

/**
 * A value that code finds without an argument, in everything that a call awaits or starts.
 * Where the platform has no async context it holds for the synchronous part of the call only.
 */
export class ContextStore<T> {
  #storage: InstanceType<AsyncHooks["AsyncLocalStorage"]> | null | undefined = undefined;
  #fallback: T | undefined = undefined;

  get(): T | undefined {
    return this.#storage === undefined || this.#storage === null
      ? this.#fallback
      : (this.#storage.getStore() as T | undefined);
  }

  /** Calls `fn` with the value set; with `undefined`, with none. */
  run<R>(value: T | undefined, fn: () => R): R {
    if (this.#storage === undefined) {
      const hooks = asyncHooks();
      this.#storage = hooks === undefined ? null : new hooks.AsyncLocalStorage();
    }
    if (this.#storage !== null) return this.#storage.run(value, fn);
    const outer = this.#fallback;
    this.#fallback = value;
    try {
      return fn();
    } finally {
      this.#fallback = outer;
    }
  }
}
