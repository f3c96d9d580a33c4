import type { AsyncLocalStorage } from "node:async_hooks";
import type { RunContext } from "./run-context.ts";

let storage: AsyncLocalStorage<RunContext> | null | undefined;

/**
 * The context of the code that calls, where it cannot be had as an argument: in a user's tool, agent or client.
 * Set in scopes and effects of runs that are journaled or observed; `undefined` elsewhere.
 */
export function currentRun(): RunContext | undefined {
  return storage?.getStore();
}

/** Runs a body so that {@link currentRun} gives this context in it. Runtimes call it around a handler. */
export function runWith<T>(context: RunContext, body: () => T): T {
  if (storage === undefined) {
    const module = globalThis.process?.getBuiltinModule?.("node:async_hooks");
    storage = module === undefined ? null : new module.AsyncLocalStorage<RunContext>();
  }
  return storage === null ? body() : storage.run(context, body);
}
