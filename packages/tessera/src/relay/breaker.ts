/** Whether a request may go to a model of an upstream. */
export type Permission = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number };

const WINDOW_MS = 60_000;
const SLOTS = 12;
const SLOT_MS = WINDOW_MS / SLOTS;
const LEAST_REQUESTS = 20;
const FAILURE_SHARE = 0.5;
const FIRST_OPEN_MS = 30_000;
const LONGEST_OPEN_MS = 300_000;
const PROBES = 3;

const ALLOWED: Permission = Object.freeze({ allowed: true });

/**
 * Keeps requests away from what fails: opens when at least half of 20 or more requests of the last minute failed, lets
 * three probes through after 30 seconds, closes when all three succeed and opens for twice as long (at most 5 minutes)
 * when one fails. Whoever asked for permission reports the end once: `succeeded`, `failed`, or `abandoned` where nothing
 * was learnt (an abort, a refusal by the provider).
 */
export class Breaker {
  #state: "closed" | "open" | "half-open" = "closed";
  #openUntil = 0;
  #openMs = FIRST_OPEN_MS;
  #throttledUntil = 0;
  #probes = 0;
  #successes = 0;
  /** Requests and failures by slot of the window; `#slot` numbers the newest slot since 1970. */
  readonly #requests = new Uint32Array(SLOTS);
  readonly #failures = new Uint32Array(SLOTS);
  #slot = 0;

  /** True while requests are refused or only probed. */
  get isOpen(): boolean {
    return this.#state !== "closed";
  }

  ask(now: number): Permission {
    if (this.#state === "closed") return ALLOWED;
    if (this.#state === "open") {
      const wait = this.#openUntil - now;
      // Longer than it was opened for it is only by a clock that was set back.
      if (wait > 0 && wait <= this.#openMs) return { allowed: false, retryAfterMs: wait };
      this.#state = "half-open";
      this.#probes = 0;
      this.#successes = 0;
    }
    if (this.#probes >= PROBES) return { allowed: false, retryAfterMs: 1000 };
    this.#probes += 1;
    return ALLOWED;
  }

  succeeded(now: number): void {
    if (this.#state === "half-open") {
      this.#successes += 1;
      if (this.#successes >= PROBES) this.#close();
      return;
    }
    this.#advance(now);
    count(this.#requests, this.#slot);
  }

  failed(now: number): void {
    if (this.#state === "half-open") {
      this.#openMs = Math.min(this.#openMs * 2, LONGEST_OPEN_MS);
      this.#open(now);
      return;
    }
    if (this.#state === "open") return;
    this.#advance(now);
    count(this.#requests, this.#slot);
    count(this.#failures, this.#slot);
    const requests = sum(this.#requests);
    if (requests >= LEAST_REQUESTS && sum(this.#failures) >= requests * FAILURE_SHARE) this.#open(now);
  }

  /** The upstream has asked for no more requests until then. Those that come are still let through: whoever routes avoids it. */
  throttle(until: number): void {
    this.#throttledUntil = Math.max(this.#throttledUntil, until);
  }

  isThrottled(now: number): boolean {
    return now < this.#throttledUntil;
  }

  /** The request ended without telling anything about the upstream. */
  abandoned(): void {
    if (this.#state === "half-open") this.#probes = Math.max(this.#successes, this.#probes - 1);
  }

  #open(now: number): void {
    this.#state = "open";
    this.#openUntil = now + this.#openMs;
  }

  #close(): void {
    this.#state = "closed";
    this.#openMs = FIRST_OPEN_MS;
    this.#requests.fill(0);
    this.#failures.fill(0);
  }

  /** Empties the slots that have gone by since the last report. */
  #advance(now: number): void {
    const slot = Math.floor(now / SLOT_MS);
    const passed = slot - this.#slot;
    if (passed === 0) return;
    if (passed < -1) {
      // The clock was set back: nobody knows how old the counts are.
      this.#requests.fill(0);
      this.#failures.fill(0);
    }
    // From the newest back: where more has gone by than the window holds, every slot is emptied.
    for (let old = slot; old > slot - Math.min(SLOTS, passed); old--) {
      this.#requests[old % SLOTS] = 0;
      this.#failures[old % SLOTS] = 0;
    }
    if (passed !== -1) this.#slot = slot;
  }
}

function count(counts: Uint32Array, slot: number): void {
  counts[slot % SLOTS] = (counts[slot % SLOTS] ?? 0) + 1;
}

function sum(counts: Uint32Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
