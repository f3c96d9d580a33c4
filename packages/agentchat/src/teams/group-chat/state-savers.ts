import type { JsonObject } from "@tesserae/core";
import { deferred, type Deferred } from "../../deferred.ts";

/** Those who wait for a moment at which the state of a running team is whole. */
export class StateSavers {
  readonly #save: () => Promise<JsonObject>;
  #waiting: Deferred<JsonObject>[] = [];

  constructor(save: () => Promise<JsonObject>) {
    this.#save = save;
  }

  /** The state at the next such moment. */
  wait(): Promise<JsonObject> {
    const saver = deferred<JsonObject>();
    this.#waiting.push(saver);
    return saver.promise;
  }

  /** Such a moment comes when this is done: whoever waits is given the state before what is returned resolves. */
  after(done?: void | Promise<void>): void | Promise<void> {
    if (this.#waiting.length === 0) return done;
    return done instanceof Promise ? done.then(() => this.#serve()) : this.#serve();
  }

  /** Never rejects: the error goes to those who wait. */
  async #serve(): Promise<void> {
    const savers = this.#waiting;
    this.#waiting = [];
    try {
      const state = await this.#save();
      for (const saver of savers) saver.resolve(state);
    } catch (error) {
      for (const saver of savers) saver.reject(error);
    }
  }
}
