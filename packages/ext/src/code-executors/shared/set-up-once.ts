import { raceSignal } from "@tesserae/core";

/**
 * What has to be done once for each session before anything else in it. Calls that come meanwhile wait for it, as long as
 * their own signals let them; after a failure the next call tries again.
 */
export class SetUpOnce<Session> {
  #current: { readonly session: Session; readonly done: Promise<void> } | undefined;

  /**
   * @throws what `work` throws, if it is this call that does it.
   * @throws {CancelledError} when the signal is aborted while another call does it.
   */
  async ensure(session: Session, work: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    while (this.#current?.session === session) {
      const settled = this.#current.done.then(
        () => true,
        () => false,
      );
      if (await raceSignal(settled, signal)) return;
    }
    const mine = { session, done: work() };
    this.#current = mine;
    try {
      await mine.done;
    } catch (error) {
      if (this.#current === mine) this.#current = undefined;
      throw error;
    }
  }
}
