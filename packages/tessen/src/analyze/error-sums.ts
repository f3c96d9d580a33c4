import { objectOf, textOf } from "../tags/json-shape.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { CallFacts } from "./call-facts.ts";
import type { ErrorCount } from "./report.ts";

/** Counts errors by their type and status. */
export class ErrorSums {
  readonly #errors = new BoundedMap<{ count: number }>(() => ({ count: 0 }));

  /** Takes any event. */
  add({ event, isError }: CallFacts): void {
    if (!isError) return;
    const error = objectOf(event.error);
    const status = error["status_code"] ?? event.http_status;
    const key = [textOf(error["type"]) || "Error", typeof status === "number" ? status : null];
    this.#errors.at(JSON.stringify(key)).count += 1;
  }

  /** All kinds of errors, the most frequent first. */
  totals(): ErrorCount[] {
    return this.#errors
      .entries(({ count }) => count)
      .map(([key, count]) => ({ ...kindOf(key), count }))
      .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
  }
}

function kindOf(key: string): { type: string; status_code: number | null } {
  if (!key.startsWith("[")) return { type: key, status_code: null };
  const [type, status]: unknown[] = JSON.parse(key);
  return { type: textOf(type), status_code: typeof status === "number" ? status : null };
}
