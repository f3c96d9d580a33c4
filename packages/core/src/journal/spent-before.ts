import { requestUsageFromJson } from "../models/message-json.ts";
import type { Reservation, RunMeter } from "../run/meter.ts";
import type { SettleEntry } from "./entries.ts";
import type { Recording } from "./recording.ts";

/** What stands against the limits for an outcome of the record that has not been given to its asker again. */
export function reservationOf({ u, cost }: SettleEntry): Reservation {
  if (u === undefined) return { cost: 0, tokens: 0 };
  const { promptTokens, completionTokens } = requestUsageFromJson(u);
  return { cost: cost ?? 0, tokens: promptTokens + completionTokens };
}

/**
 * Counts what a resumed run has spent on outcomes that were taken back: those that wait for the same request to come
 * again, and those that nobody will hear of.
 */
export function countSpentBefore({ moved, lost, begins }: Recording, meter: RunMeter): void {
  for (const entry of [...moved.values(), ...lost]) {
    const kind = moved.get(entry.a) === entry ? begins.get(entry.a)?.k : undefined;
    meter.setAside({
      ...reservationOf(entry),
      modelCalls: kind === "model" ? 1 : 0,
      toolCalls: kind === "tool" || kind === "limit" ? 1 : 0,
    });
  }
}
