import type { CallFacts } from "./call-facts.ts";
import { CallSums } from "./call-sums.ts";
import type { AgentTotals } from "./report.ts";

/** Adds the turns of one agent up, and the model calls in them. */
export class AgentSums {
  readonly #calls = new CallSums();
  #turns = 0;
  #turnMs = 0;

  /** Takes any event of the agent. */
  add(facts: CallFacts): void {
    if (facts.isCall) this.#calls.add(facts);
    if (facts.event.call_type !== "agent") return;
    this.#turns += 1;
    this.#turnMs += facts.durationMs;
  }

  /** True for a path that had turns or calls, and not, for instance, tools only. */
  get counts(): boolean {
    return this.#turns > 0 || this.#calls.totals().events > 0;
  }

  /** The sums so far. */
  totals(): AgentTotals {
    const { events, cost_usd } = this.#calls.totals();
    const perTurn = (sum: number): number | null => (this.#turns === 0 ? null : sum / this.#turns);
    return {
      turns: this.#turns,
      calls: events,
      tokens_per_turn: perTurn(this.#calls.tokens),
      ms_per_turn: perTurn(this.#turnMs),
      cost_usd,
    };
  }
}
