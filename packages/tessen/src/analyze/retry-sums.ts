import { listOf, objectOf } from "../tags/json-shape.ts";
import { numberOf, type CallFacts } from "./call-facts.ts";
import type { RetryTotals } from "./report.ts";

/** Counts calls that took more than one HTTP request, and what the others of these requests took. */
export class RetrySums {
  #calls = 0;
  #attempts = 0;
  #wastedMs = 0;

  /** Takes any event. */
  add({ event, isCall, isError }: CallFacts): void {
    const attempts = listOf(event.attempts);
    if (!isCall || attempts.length < 2) return;
    this.#calls += 1;
    this.#attempts += attempts.length;
    this.#wastedMs += numberOf(event.wait_ms);
    // Of a call that failed in the end every attempt was in vain.
    const inVain = isError ? attempts : attempts.slice(0, -1);
    for (const attempt of inVain) this.#wastedMs += numberOf(objectOf(attempt)["duration_ms"]);
  }

  /** The sums so far. */
  totals(): RetryTotals {
    return { calls: this.#calls, attempts: this.#attempts, wasted_ms: this.#wastedMs };
  }
}
