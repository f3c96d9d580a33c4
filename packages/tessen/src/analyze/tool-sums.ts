import { listOf, objectOf, textOf } from "../tags/json-shape.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { CallFacts } from "./call-facts.ts";
import type { ToolTotals } from "./report.ts";

interface OneTool {
  requested: number;
  calls: number;
  errors: number;
  ms: number;
}

/** Counts what models asked of tools, and how tools ran. */
export class ToolSums {
  readonly #tools = new BoundedMap<OneTool>(() => ({ requested: 0, calls: 0, errors: 0, ms: 0 }));

  /** Takes any event. */
  add({ event, isCall, isError, durationMs }: CallFacts): void {
    if (isCall) {
      for (const call of listOf(event.tool_calls)) {
        const name = textOf(objectOf(call)["name"]);
        if (name !== "") this.#tools.at(name).requested += 1;
      }
    } else if (event.call_type === "tool") {
      const tool = objectOf(event.tool);
      const sums = this.#tools.at(textOf(tool["name"]) || "(unknown)");
      sums.calls += 1;
      sums.ms += durationMs;
      if (isError || tool["is_error"] === true) sums.errors += 1;
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
}
