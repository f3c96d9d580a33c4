import type { CapRefusal } from "../ports.ts";
import type { Cap } from "./cap.ts";
import type { Tally } from "./tally.ts";

/** A cap of a request, and what counts for it. */
export interface Applied {
  readonly cap: Cap;
  readonly tally: Tally;
}

/** What is left of the tightest cap in dollars; `undefined` where there is none. */
export function remainingOf(applied: readonly Applied[]): bigint | undefined {
  let least: bigint | undefined;
  for (const { cap, tally } of applied) {
    if (cap.unit !== "usd") continue;
    const left = cap.limit - tally.used("usd");
    if (least === undefined || left < least) least = left;
  }
  return least === undefined || least > 0n ? least : 0n;
}

/** How a request is told of a cap that does not take it. */
export function refusalOf({ cap, tally }: Applied): CapRefusal {
  const { scope, window, unit, limit } = cap;
  return { refused: true, scope, window, unit, limit, spent: tally.settled(unit), resetsAt: tally.span.end };
}
