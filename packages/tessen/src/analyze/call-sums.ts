import type { CallFacts } from "./call-facts.ts";
import { Dollars } from "./dollars.ts";
import type { CallTotals } from "./report.ts";

/** Adds model calls up. */
export class CallSums {
  readonly cost: Dollars = new Dollars();
  #events = 0;
  #errors = 0;
  #anomalies = 0;
  #input = 0;
  #output = 0;

  /** Takes one call. */
  add(facts: CallFacts): void {
    this.#events += 1;
    if (facts.isError) this.#errors += 1;
    if (facts.tags.length > 0) this.#anomalies += 1;
    this.#input += facts.inputTokens;
    this.#output += facts.outputTokens;
    this.cost.add(facts.costUsd);
  }

  /** Input and output together. */
  get tokens(): number {
    return this.#input + this.#output;
  }

  /** The sums so far. */
  totals(): CallTotals {
    return {
      events: this.#events,
      errors: this.#errors,
      anomalies: this.#anomalies,
      cost_usd: this.cost.total(),
      input_tokens: this.#input,
      output_tokens: this.#output,
    };
  }
}
