import type { JournalStore, RunSummary } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";

/**
 * Finds a recorded run by its id, by the beginning of its id, or as `last`.
 * @throws CommandError when there is none, or more than one.
 */
export async function findRun(store: JournalStore, wanted: string): Promise<RunSummary> {
  const runs = await store.list(wanted === "last" ? { limit: 1 } : {});
  const found =
    wanted === "last" ? runs : runs.filter(({ runId }) => runId.startsWith(wanted.toLowerCase()) || runId === wanted);
  const exact = found.find(({ runId }) => runId === wanted);
  const [first, ...more] = found;
  if (first !== undefined && (more.length === 0 || exact !== undefined)) return exact ?? first;
  if (first === undefined) {
    throw new CommandError(
      runs.length === 0
        ? 'No run is recorded here yet. Record one: tesserae demo, or tesserae run FILE "task".'
        : `No recorded run begins with "${wanted}". List them: tesserae runs.`,
    );
  }
  const ids = found
    .slice(0, 5)
    .map(({ runId }) => runId)
    .join(", ");
  throw new CommandError(
    `${found.length} runs begin with "${wanted}": ${ids}${found.length > 5 ? ", …" : ""}. Give more of the id.`,
  );
}

/** The beginning of a run's id, long enough for people. */
export function shortId(runId: string): string {
  return runId.slice(0, 8);
}
