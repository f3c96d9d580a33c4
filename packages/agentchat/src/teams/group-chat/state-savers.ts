import type { JsonObject } from "@tesserae/core";
import { deferred, type Deferred } from "../../deferred.ts";

/** Those who wait for a moment at which the state of a running team is whole. */
export class StateSavers {
  #waiting: Deferred<JsonObject>[] = [];

  /** True when somebody waits. */
  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The state at the next such moment. */
  wait(): Promise<JsonObject> {
    const saver = deferred<JsonObject>();
    this.#waiting.push(saver);
    return saver.promise;
  }

  /** This is the moment: gives everybody the state. Never rejects: the error goes to those who wait. */
  async serve(save: () => Promise<JsonObject>): Promise<void> {
    if (this.#waiting.length === 0) return;
    const savers = this.#waiting;
    this.#waiting = [];
    try {
      const state = await save();
      for (const saver of savers) saver.resolve(state);
    } catch (error) {
      for (const saver of savers) saver.reject(error);
    }
  }
}
