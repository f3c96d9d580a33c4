import type { TessenEvent } from "../events/tessen-event.ts";
import { Dollars } from "./dollars.ts";
import type { RunTotals } from "./report.ts";

interface Run {
  turns: Set<number>;
  tokens: number;
  readonly cost: Dollars;
  end: TessenEvent | undefined;
}

/** What the runs of the framework came to, in the order in which they began. */
export class RunAccumulator {
  readonly #runs = new Map<string, Run>();

  add(event: TessenEvent): void {
    const { run_id: id } = event;
    if (id === undefined) return;
    let run = this.#runs.get(id);
    if (run === undefined) {
      run = { turns: new Set(), tokens: 0, cost: new Dollars(), end: undefined };
      this.#runs.set(id, run);
    }
    if (event.turn !== undefined) run.turns.add(event.turn);
    if (event.call_type === "run") run.end = event;
    if (event.call_type !== "request") return;
    run.tokens += event.usage?.total_tokens ?? 0;
    if (typeof event.cost_usd === "number") run.cost.add(event.cost_usd);
  }

  totals(): readonly RunTotals[] {
    return Array.from(this.#runs, ([id, { turns, tokens, cost, end }]) => ({
      run_id: id,
      outcome: outcomeOf(end),
      stop_reason: textOf(end?.["stop_reason"]),
      turns: numberOf(end?.["turns"]) ?? turns.size,
      tokens,
      cost_usd: cost.value,
      duration_ms: end?.duration_ms ?? null,
    }));
  }
}

function outcomeOf(end: TessenEvent | undefined): RunTotals["outcome"] {
  if (end === undefined) return null;
  if (end.status === "ok") return "success";
  return /abort|cancel/i.test(end.error?.type ?? "") ? "abort" : "failure";
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
