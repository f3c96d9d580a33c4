import type { AsyncLocalStorage } from "node:async_hooks";
import { RuntimeError, checkMethod, raceSignal } from "@tesserae/core";
import type { TaskRunner } from "../base/chat-agent.ts";
import { checkedOptions } from "../base/checked-options.ts";
import { deferred } from "../deferred.ts";
import type { MessageRegistry } from "../messages/registry.ts";
import { Thread } from "./thread.ts";
import type { ThreadStore } from "./thread-store.ts";

/** Options of a conversation. */
export interface ThreadOptions {
  /** Where it is kept. `MemoryThreadStore` is the one that lasts as long as itself. */
  readonly store: ThreadStore;
}

/** Lets the conversations of one team or agent take turns: it has one state at a time. */
export class ThreadDesk {
  readonly runner: TaskRunner;
  /** The kinds of message that it knows. */
  readonly registry: MessageRegistry;
  /** Brings it back to the beginning. */
  readonly restart: () => Promise<void>;
  #last: Promise<unknown> = Promise.resolve();
  /** Set in what a run of a conversation does. */
  readonly #inside: InstanceType<typeof AsyncLocalStorage> | undefined;

  constructor(runner: TaskRunner, registry: MessageRegistry, restart: () => Promise<void>) {
    this.runner = runner;
    this.registry = registry;
    this.restart = restart;
    const hooks = globalThis.process?.getBuiltinModule?.("node:async_hooks");
    this.#inside = hooks === undefined ? undefined : new hooks.AsyncLocalStorage();
  }

  /** @throws ValueError without an id or a store. */
  open(id: string, options: ThreadOptions): Thread {
    const { store } = checkedOptions(options, "A conversation", "store");
    checkMethod("store", store, "load", "a store, such as new MemoryThreadStore()");
    return new Thread(this, id, store);
  }

  /**
   * Does something while nobody else has the runner; rejects with `CancelledError` when the wait is aborted.
   * @throws RuntimeError `ERR_TEAM_RUNNING` in a run of the same runner: it would wait for itself.
   */
  async exclusively<T>(signal: AbortSignal | undefined, body: () => Promise<T>): Promise<T> {
    if (this.#inside?.getStore() === true) {
      const message = `A conversation of '${this.runner.name}' would wait for itself. Make another team or agent for it.`;
      throw new RuntimeError(message, { code: "ERR_TEAM_RUNNING" });
    }
    const before = this.#last;
    const { promise, resolve } = deferred<undefined>();
    this.#last = before.then(() => promise);
    try {
      await raceSignal(before, signal);
      return await (this.#inside?.run(true, body) ?? body());
    } finally {
      resolve(undefined);
    }
  }
}
