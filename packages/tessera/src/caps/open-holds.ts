import type { Hold } from "./hold.ts";

/** What is set aside for a request that was lost is given back after so many milliseconds. */
const LOST_MS = 15 * 60_000;

/** One that is set aside for a request in flight. */
export interface OpenHold {
  readonly hold: Hold;
  /** What the request has in its hand; let go of when it is watched. */
  reservation: object | undefined;
  /** Whether anybody can still settle it. Most are settled before anyone asks: watching costs more than setting aside. */
  isLive: (() => boolean) | undefined;
  /** When it was known to be in flight, in milliseconds since 1970. */
  renewedAt: number;
  /** Its neighbours in the list, and whether it is in it: for {@link OpenHolds} to write. */
  before: OpenHold | undefined;
  after: OpenHold | undefined;
  isListed: boolean;
}

/**
 * What is set aside for requests in flight. A list and not a map: tables that much is put into and taken out of leave
 * garbage behind.
 */
export class OpenHolds {
  readonly #watch: (reservation: object) => () => boolean;
  #first: OpenHold | undefined;

  /** `watch` gives a function that says whether anybody can still settle a reservation. */
  constructor(watch: (reservation: object) => () => boolean) {
    this.#watch = watch;
  }

  add(hold: Hold, reservation: object, at: number): OpenHold {
    const first = this.#first;
    const open: OpenHold = {
      hold,
      reservation,
      isLive: undefined,
      renewedAt: at,
      before: undefined,
      after: first,
      isListed: true,
    };
    if (first !== undefined) first.before = open;
    this.#first = open;
    return open;
  }

  /** Once; later calls do nothing. */
  remove(open: OpenHold): void {
    if (!open.isListed) return;
    open.isListed = false;
    const { before, after } = open;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
  }

  /** Gives back what nobody can settle any more, 15 minutes after it was last known to be in flight. */
  sweep(now: number): void {
    for (let open = this.#first; open !== undefined; open = open.after) {
      open.isLive ??= this.#watch(open.reservation ?? {});
      open.reservation = undefined;
      if (open.isLive()) open.renewedAt = now;
      else if (now - open.renewedAt >= LOST_MS) {
        this.remove(open);
        open.hold.release();
      }
    }
  }
}
