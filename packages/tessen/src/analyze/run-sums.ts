import { objectOf, textOf } from "../tags/json-shape.ts";
import { numberOf, type CallFacts } from "./call-facts.ts";
import { CallSums } from "./call-sums.ts";
import type { RunTotals } from "./report.ts";

/** Adds the events of one run up. */
export class RunSums {
  readonly #runId: string;
  readonly #calls = new CallSums();
  #agentTurns = 0;
  #firstTs = Number.POSITIVE_INFINITY;
  #lastTs = Number.NEGATIVE_INFINITY;
  #end: {
    outcome: "success" | "failure" | "abort";
    stopReason: string | null;
    turns: number;
    durationMs: number;
  } | null = null;

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** Takes any event of the run. */
  add(facts: CallFacts): void {
    const { event } = facts;
    this.#firstTs = Math.min(this.#firstTs, facts.ts);
    this.#lastTs = Math.max(this.#lastTs, facts.ts + facts.durationMs / 1000);
    if (facts.isCall) this.#calls.add(facts);
    if (event.call_type === "agent") this.#agentTurns += 1;
    if (event.call_type === "run") this.#end = endOf(facts);
  }

  /** The sums so far. */
  totals(): RunTotals {
    const { events, cost_usd } = this.#calls.totals();
    return {
      run_id: this.#runId,
      outcome: this.#end?.outcome ?? null,
      stop_reason: this.#end?.stopReason ?? null,
      turns: this.#end?.turns || this.#agentTurns,
      calls: events,
      tokens: this.#calls.tokens,
      cost_usd,
      duration_ms: this.#end?.durationMs ?? Math.max(0, Math.round((this.#lastTs - this.#firstTs) * 1e6) / 1e3),
    };
  }
}

function endOf({ event, isError, durationMs }: CallFacts): {
  outcome: "success" | "failure" | "abort";
  stopReason: string | null;
  turns: number;
  durationMs: number;
} {
  const run = objectOf(event["run"]);
  const reason = textOf(run["stop_reason"]) || textOf(event["stop_reason"]);
  const error = objectOf(event.error);
  const isAbort = /abort/i.test(`${textOf(error["type"])} ${textOf(objectOf(error["body"])["code"])}`);
  return {
    outcome: !isError ? "success" : isAbort ? "abort" : "failure",
    stopReason: reason === "" ? null : reason,
    turns: numberOf(run["turns"]),
    durationMs,
  };
}
