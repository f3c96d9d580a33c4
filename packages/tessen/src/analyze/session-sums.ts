import type { CallFacts } from "./call-facts.ts";
import { CallSums } from "./call-sums.ts";
import type { SessionTotals } from "./report.ts";

/** Adds the events of one session up. */
export class SessionSums {
  readonly #sessionId: string;
  readonly #calls = new CallSums();
  #firstTs = Number.POSITIVE_INFINITY;
  #lastTs = Number.NEGATIVE_INFINITY;

  constructor(sessionId: string) {
    this.#sessionId = sessionId;
  }

  /** Takes any event of the session. */
  add(facts: CallFacts): void {
    this.#firstTs = Math.min(this.#firstTs, facts.ts);
    this.#lastTs = Math.max(this.#lastTs, facts.ts);
    if (facts.isCall) this.#calls.add(facts);
  }

  /** The sums so far. */
  totals(): SessionTotals {
    return {
      session_id: this.#sessionId,
      ...this.#calls.totals(),
      first_ts: this.#firstTs,
      last_ts: this.#lastTs,
    };
  }
}
