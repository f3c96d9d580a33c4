import type { TessenEvent } from "../events/tessen-event.ts";
import { Dollars } from "./dollars.ts";
import type { GroupTotals } from "./report.ts";

interface Group {
  events: number;
  errors: number;
  readonly cost: Dollars;
  input: number;
  output: number;
}

/** Totals of model calls by a name. */
export class Groups {
  readonly #groups = new Map<string, Group>();

  add(name: string, event: TessenEvent): void {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { events: 0, errors: 0, cost: new Dollars(), input: 0, output: 0 };
      this.#groups.set(name, group);
    }
    group.events += 1;
    if (event.status === "error") group.errors += 1;
    if (typeof event.cost_usd === "number") group.cost.add(event.cost_usd);
    group.input += event.usage?.input_tokens ?? 0;
    group.output += event.usage?.output_tokens ?? 0;
  }

  get size(): number {
    return this.#groups.size;
  }

  /** The dearest first, then those with most events. */
  totals(): Readonly<Record<string, GroupTotals>> {
    const entries = Array.from(this.#groups, ([name, { events, errors, cost, input, output }]) => {
      const totals = { events, errors, cost_usd: cost.value, input_tokens: input, output_tokens: output };
      return [name, totals] as const;
    });
    return Object.fromEntries(entries.toSorted(([, a], [, b]) => b.cost_usd - a.cost_usd || b.events - a.events));
  }
}
