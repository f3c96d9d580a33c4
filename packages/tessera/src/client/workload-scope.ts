import type { AsyncLocalStorage } from "node:async_hooks";

let storage: AsyncLocalStorage<string> | undefined;

/**
 * Calls of the clients of this package inside of `body`, however deep, count for this workload: for code that shares one
 * client.
 */
export function runWithWorkload<T>(name: string, body: () => T): T {
  storage ??= new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)<string>();
  return storage.run(name, body);
}

/** The workload that {@link runWithWorkload} says here; `undefined` outside of one. */
export function currentWorkload(): string | undefined {
  return storage?.getStore();
}
