import { listOf, objectOf, textOf } from "../tags/json-shape.ts";
import { BoundedMap } from "./bounded-map.ts";
import { numberOf, type CallFacts } from "./call-facts.ts";
import type { ToolTotals } from "./report.ts";
import { WaitingTools } from "./waiting-tools.ts";

interface OneTool {
  requested: number;
  calls: number;
  errors: number;
  ms: number;
}

/**
 * Counts what models asked of tools, and how tools ran: as was recorded of them, else as far as the requests tell that
 * brought their results.
 */
export class ToolSums {
  readonly #tools = new BoundedMap<OneTool>(() => ({ requested: 0, calls: 0, errors: 0, ms: 0 }));
  readonly #waiting = new WaitingTools();

  /** Takes any event. */
  add({ event, isCall, isError, ts, durationMs }: CallFacts): void {
    const session = textOf(event.session_id);
    if (event.call_type === "tool") {
      const tool = objectOf(event.tool);
      this.#waiting.take(session, textOf(tool["call_id"]));
      this.#ran(textOf(tool["name"]), durationMs, isError || tool["is_error"] === true);
      return;
    }
    if (!isCall) return;
    for (const item of listOf(event.tool_results)) {
      const result = objectOf(item);
      const asked = this.#waiting.take(session, textOf(result["id"]));
      if (asked !== undefined) this.#ran(asked.name, (ts - asked.since) * 1000, result["is_error"] === true);
    }
    for (const item of listOf(event.tool_calls)) {
      const call = objectOf(item);
      const name = textOf(call["name"]);
      if (name === "") continue;
      this.#tools.at(name).requested += 1;
      this.#waiting.add(session, textOf(call["id"]), { name, since: ts + durationMs / 1000 });
    }
  }

  /** All tools, those most in use first. */
  totals(): ToolTotals[] {
    return this.#tools
      .entries((tool) => tool)
      .map(([name, { requested, calls, errors, ms }]) => ({
        name,
        requested,
        calls,
        errors,
        error_rate: calls === 0 ? null : errors / calls,
        mean_ms: calls === 0 ? null : ms / calls,
      }))
      .sort((a, b) => b.calls + b.requested - (a.calls + a.requested) || (a.name < b.name ? -1 : 1));
  }

  #ran(name: string, ms: number, failed: boolean): void {
    const sums = this.#tools.at(name || "(unknown)");
    sums.calls += 1;
    sums.ms += Math.max(0, numberOf(ms));
    if (failed) sums.errors += 1;
  }
}
