import { LookupError } from "../errors/kinds.ts";
import type { JournalEntry, ParentIds, ParentRun } from "./entries.ts";
import { inheritedLimits } from "./limits-in-time.ts";
import type { Recording } from "./recording.ts";

/** The part of a run that a fork takes: the entries up to a mark, without what was taken back. */
export interface ForkPrefix {
  readonly parent: ParentRun;
  readonly entries: readonly JournalEntry[];
}

/**
 * Cuts a run for a fork.
 *
 * @param turn the last turn that is taken; 0: none; `undefined`: everything.
 * @throws LookupError when the run has no mark of this turn.
 */
export async function forkPrefix(
  recording: Recording,
  source: AsyncIterable<JournalEntry>,
  turn: number | undefined,
): Promise<ForkPrefix> {
  const { header } = recording;
  const mark = turn === undefined ? undefined : recording.marks.findLast(({ entry }) => entry.turn === turn);
  if (turn !== undefined && turn !== 0 && mark === undefined) {
    const turns = recording.marks.map(({ entry }) => entry.turn).join(", ");
    throw new LookupError(
      `The run ${header.run} cannot be forked at turn ${turn}: ` +
        (turns === "" ? "it has no finished turn." : `its finished turns are ${turns}.`),
    );
  }
  const position = turn === 0 ? 0 : (mark?.position ?? recording.order.length);
  const entries = turn === 0 ? [] : await copied(recording, source, turn, position);
  const items = recording.order.slice(0, position).filter(({ entry, dropped }) => !dropped && !isAbort(entry)).length;
  const upto = turn ?? null;
  const inherited =
    turn === 0
      ? { ids: [] }
      : { ids: inheritedIds(recording, upto, items), limits: inheritedLimits(recording, position) };
  return { parent: { run: header.run, upto, ...inherited }, entries };
}

function inheritedIds(recording: Recording, upto: number | null, items: number): readonly ParentIds[] {
  const { header } = recording;
  const before = (header.parent?.ids ?? []).filter((ids) =>
    upto === null || ids.upto === null ? ids.items < items : ids.upto < upto,
  );
  const next = header.parent?.ids[before.length];
  const { seed, run } = next ?? { seed: header.seed, run: header.run };
  return [...before, { seed, run, upto, items }];
}

async function copied(
  recording: Recording,
  source: AsyncIterable<JournalEntry>,
  turn: number | undefined,
  position: number,
): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  const questions = new Set<string>();
  let at = 0;
  try {
    for await (const entry of source) {
      if (entry.e === "run" || entry.e === "attach" || entry.e === "end") continue;
      if (entry.e === "begin" && entry.of !== undefined) questions.add(entry.a);
      const ordered = (entry.e === "settle" && !questions.has(entry.a)) || (entry.e === "signal" && entry.k !== "drop");
      if (ordered) {
        const dropped = recording.order[at]?.dropped ?? true;
        at += 1;
        if (!dropped && !isAbort(entry)) entries.push(entry);
      } else if (entry.e !== "signal") entries.push(entry);
      if (entry.e === "mark" && entry.turn === turn && at === position) break;
    }
  } catch (error) {
    // A damaged journal was read up to the damage before: what came until there is what there is.
    if (turn !== undefined) throw error;
  }
  return entries;
}

function isAbort(entry: JournalEntry): boolean {
  return entry.e === "signal" && entry.k === "abort";
}
