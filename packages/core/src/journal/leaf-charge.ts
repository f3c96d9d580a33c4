import { addRequestUsage, type Charge } from "../run/meter.ts";
import type { OpenLeaf } from "./open-leaf.ts";

/** What a leaf cost: its own call and the model calls inside of its body. `undefined` when there was none. */
export function addCharge(
  own: Charge | undefined,
  { usage, cost }: Pick<OpenLeaf, "usage" | "cost">,
): Charge | undefined {
  if (usage === undefined) return own;
  if (own === undefined) return { usage, cost };
  return {
    usage: addRequestUsage(own.usage, usage),
    cost: own.cost === undefined || cost === undefined ? undefined : own.cost + cost,
  };
}
