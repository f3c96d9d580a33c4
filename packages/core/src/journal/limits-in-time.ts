import type { RunLimits } from "../run/limits.ts";
import { RunMeter, check } from "../run/meter.ts";
import type { LimitsFrom } from "./entries.ts";
import { limitsFromJson } from "./limits-json.ts";
import type { Recording } from "./recording.ts";

/** Limits, and how many items of the order stood before they held. */
export interface LimitsInTime {
  readonly from: number;
  readonly limits: RunLimits | undefined;
}

/**
 * The limits that held while a run was recorded, in their order: those of the runs that it was forked from, its own, and
 * those that a resume gave it.
 */
export function limitsInTime(recording: Recording): readonly LimitsInTime[] {
  return written(recording).map(({ from, limits }) => ({
    from: kept(recording, from),
    limits: limitsFromJson(limits),
  }));
}

/** What a fork that takes so many items of the order has of them. */
export function inheritedLimits(recording: Recording, position: number): readonly LimitsFrom[] {
  const { order } = recording;
  return written(recording)
    .filter(({ from }) => from < position)
    .map(({ from, limits }) => ({ from: order.slice(0, from).filter(({ dropped }) => !dropped).length, limits }));
}

/** The limits that hold behind all that was recorded. */
export function limitsFromNow(recording: Recording | undefined, limits: RunLimits | undefined): LimitsInTime {
  return { from: recording === undefined ? 0 : kept(recording, recording.order.length), limits };
}

/** What was taken back at the end of a stretch is not waited for. */
function kept({ order }: Recording, from: number): number {
  let at = from;
  while (order[at - 1]?.dropped === true) at -= 1;
  return at;
}

function written({ header, attached }: Recording): readonly LimitsFrom[] {
  const { parent, limits } = header;
  return [...(parent?.limits ?? []), { from: parent?.ids.at(-1)?.items ?? 0, limits }, ...attached];
}

/** A meter whose turns are limited as they were when that was recorded with which the run is answered. */
export class MeterInTime extends RunMeter {
  readonly #periods: readonly LimitsInTime[];
  readonly #position: () => number;

  /** @param position how many items of the order are behind. */
  constructor(limits: RunLimits | undefined, periods: readonly LimitsInTime[], position: () => number) {
    super(
      limits === undefined ? undefined : { ...limits, maxTurns: undefined },
      periods.find((period) => period.limits?.maxToolCalls !== undefined)?.limits,
    );
    this.#periods = periods;
    this.#position = position;
  }

  override countTurn(): void {
    check("maxTurns", { maxTurns: this.#maxTurns }, this.turns, 1, "turns");
    super.countTurn();
  }

  override get turnsLeft(): number {
    return Math.max((this.#maxTurns ?? Infinity) - this.turns, 0);
  }

  override get turnsTaken(): number | undefined {
    return this.turnsLeft < 1 ? this.#maxTurns : undefined;
  }

  get #maxTurns(): number | undefined {
    const position = this.#position();
    return this.#periods.findLast(({ from }) => from <= position)?.limits?.maxTurns;
  }
}
