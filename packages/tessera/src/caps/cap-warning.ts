import { formatDollars } from "@tesserae/wire/cost";
import type { Cap } from "./cap.ts";
import type { Tally } from "./tally.ts";

/** What an operator is told of a cap that does not take a request. */
export interface CapWarning {
  /**
   * `reached`: nothing is left. `little`: something is, less than the request may cost. `single`: the request alone may
   * cost more than the cap is. `unbounded`: nobody knows what the request may cost at most.
   */
  readonly kind: "reached" | "little" | "single" | "unbounded";
  readonly text: string;
}

/** From here on a worst case stands for one without a bound: no cap is as high. */
const UNBOUNDED = BigInt(Number.MAX_SAFE_INTEGER);

/** Says why a cap does not take a request that may cost `worst`, in the cap's unit, and what becomes of such requests. */
export function capWarning(cap: Cap, tally: Tally, worst: bigint): CapWarning {
  const title = titleOf(cap);
  const was = cap.mode === "block" ? "refused" : "let through";
  const until = `until ${time(tally.span.end)}`;
  const used = tally.used(cap.unit);
  if (used >= cap.limit) {
    const what = cap.mode === "block" ? "further requests are refused" : "requests are let through";
    return { kind: "reached", text: `The ${title} is reached: ${what} ${until}.` };
  }
  if (worst >= UNBOUNDED) {
    const why = "it has no limit of its output and the model's longest answer is not known, or the provider runs tools";
    const text = `A request was ${was} whose cost has no bound: ${why}. The ${title} cannot hold for it.`;
    return { kind: "unbounded", text };
  }
  if (worst > cap.limit) {
    const text =
      `A request was ${was} that may cost ${amountOf(cap, worst)} by itself: more than the ${title}, ` +
      `of which ${amountOf(cap, used)} are used. A lower max_tokens makes it smaller.`;
    return { kind: "single", text };
  }
  const text =
    `The ${title} has ${amountOf(cap, cap.limit - used)} left: a request that may cost ${amountOf(cap, worst)} was ` +
    `${was}, as are all that may cost more than what is left, ${until}.`;
  return { kind: "little", text };
}

function titleOf(cap: Cap): string {
  const scope = cap.scope.replace("_", " ");
  const one = cap.subject === "*" ? `each ${scope}` : `the ${scope} ${cap.subject}`;
  return `cap of ${amountOf(cap, cap.limit)} a ${cap.window} for ${cap.scope === "global" ? "all requests together" : one}`;
}

function amountOf({ unit }: Cap, value: bigint): string {
  return unit === "usd" ? `$${formatDollars(value)}` : `${value} tokens`;
}

function time(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ").concat(" UTC");
}
