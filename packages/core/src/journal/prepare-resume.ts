import { isLimitCode } from "../run/limits.ts";
import type { DropReason, SettleEntry, SignalEntry } from "./entries.ts";
import type { Recording } from "./recording.ts";

/**
 * Takes back what a resume must not see again, and gives the entries that say so.
 *
 * A failed run: the outcome that ended it is performed again. An aborted one: the abort, and the effects that it aborted.
 * What stands after such a place was seen by a run that went another way: it is answered only when the same is asked.
 */
export function prepareResume(recording: Recording, at: number): readonly SignalEntry[] {
  const drops: SignalEntry[] = [];
  const drop = (to: string, reason: DropReason): void => {
    drops.push({ e: "signal", at, k: "drop", to, value: reason });
    recording.drop(to, reason);
  };
  const { order, end } = recording;
  const abort = order.findIndex(({ entry, dropped }) => !dropped && entry.e === "signal" && entry.k === "abort");
  const by = end?.o === "failed" && end.by !== null ? recording.settles.get(end.by) : undefined;
  if (abort >= 0) {
    const after = order.slice(abort);
    drop("abort", "unsettle");
    for (const { entry, dropped } of after) {
      if (entry.e === "settle" && !dropped) drop(entry.a, entry.o === "aborted" ? "unsettle" : reasonOf(entry));
    }
    // An effect in doubt stays in doubt: another resume does not make it safe.
  } else if (by !== undefined && by.o === "error" && by.error?.code !== "ERR_EFFECT_IN_DOUBT") {
    const after = order.slice(order.findIndex(({ entry, dropped }) => !dropped && entry === by) + 1);
    drop(by.a, "repeat");
    for (const { entry, dropped } of after) {
      if (entry.e === "settle" && !dropped) drop(entry.a, reasonOf(entry));
    }
  }
  return drops;
}

/** What was refused was not done: the limits of the run that goes on decide anew. */
function reasonOf({ error }: SettleEntry): DropReason {
  return isLimitCode(error?.code) ? "repeat" : "moved";
}
