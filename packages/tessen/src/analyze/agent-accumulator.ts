import type { TessenEvent } from "../events/tessen-event.ts";
import { Dollars } from "./dollars.ts";
import type { AgentTotals } from "./report.ts";

interface Agent {
  turns: number;
  milliseconds: number;
  tokens: number;
  readonly cost: Dollars;
}

/** What each agent used, by its path: `team/analyst`. */
export class AgentAccumulator {
  readonly #agents = new Map<string, Agent>();

  add(event: TessenEvent): void {
    const { agent_path: path, call_type: type } = event;
    if (path === undefined || path.length === 0 || (type !== "request" && type !== "agent")) return;
    const name = path.join("/");
    let agent = this.#agents.get(name);
    if (agent === undefined) {
      agent = { turns: 0, milliseconds: 0, tokens: 0, cost: new Dollars() };
      this.#agents.set(name, agent);
    }
    if (type === "agent") {
      agent.turns += 1;
      agent.milliseconds += event.duration_ms ?? 0;
    } else {
      agent.tokens += event.usage?.total_tokens ?? 0;
      if (typeof event.cost_usd === "number") agent.cost.add(event.cost_usd);
    }
  }

  /** The dearest first. */
  totals(): Readonly<Record<string, AgentTotals>> {
    const each = (amount: number, turns: number): number => (turns === 0 ? amount : Math.round(amount / turns));
    const entries = Array.from(this.#agents, ([name, { turns, milliseconds, tokens, cost }]) => {
      const totals = {
        turns,
        tokens_per_turn: each(tokens, turns),
        ms_per_turn: each(milliseconds, turns),
        cost_usd: cost.value,
      };
      return [name, totals] as const;
    });
    return Object.fromEntries(entries.toSorted(([, a], [, b]) => b.cost_usd - a.cost_usd));
  }
}
