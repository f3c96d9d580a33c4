import { isObject, type JsonObject } from "@tesserae/core";
import { waits } from "../../agents/open-turn.ts";
import { deferred, type Deferred } from "../../deferred.ts";

/** Those who wait for a moment at which the state of a running team is whole. */
export class StateSavers {
  readonly #save: () => Promise<JsonObject>;
  #waiting: readonly Deferred<JsonObject>[] = [];

  constructor(save: () => Promise<JsonObject>) {
    this.#save = save;
  }

  /** The state at the next such moment; now, where all who speak wait for a person. */
  wait(): Promise<JsonObject> {
    const saver = deferred<JsonObject>();
    this.#waiting = [...this.#waiting, saver];
    this.look();
    return saver.promise;
  }

  /** Somebody is asked or has answered: perhaps all the others wait for a person. */
  look(): void {
    if (this.#waiting.length > 0) void this.#serve(isAtRest);
  }

  /** Such a moment comes when this is done: whoever waits is given the state before what is returned resolves. */
  after(done?: void | Promise<void>): void | Promise<void> {
    if (this.#waiting.length === 0) return done;
    return done instanceof Promise ? done.then(() => this.#serve()) : this.#serve();
  }

  /**
   * Never rejects: the error goes to those who wait. They wait on while it is looked at whether all are at rest: the run
   * may end meanwhile.
   */
  async #serve(isWhole?: (state: JsonObject) => boolean): Promise<void> {
    const savers = this.#waiting;
    try {
      const state = await this.#save();
      if (isWhole?.(state) === false) return;
      for (const saver of savers) saver.resolve(state);
    } catch (error) {
      for (const saver of savers) saver.reject(error);
    }
    this.#waiting = this.#waiting.filter((saver) => !savers.includes(saver));
  }
}

/** True for a team whose speakers all wait for a person. */
function isAtRest({ agent_states: states }: JsonObject): boolean {
  if (!isObject(states)) return false;
  const speaking = Object.values(states).flatMap((state) => {
    const names = isObject(state) ? state["active_speakers"] : undefined;
    return Array.isArray(names) ? names.map(String) : [];
  });
  return speaking.length > 0 && speaking.every((name) => waits(states[name]));
}
