import { join } from "node:path";
import { isTesseraeError, type JournalStore, type RunSummary } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { COMMAND } from "../cli/command-name.ts";

/**
 * Finds a recorded run by its id, by the beginning of its id, or as `last`.
 * @throws CommandError when there is none, or more than one, or its journal does not begin as one.
 */
export async function findRun(store: JournalStore, wanted: string): Promise<RunSummary> {
  const runs = await store.list(wanted === "last" ? { limit: 1 } : {});
  const found =
    wanted === "last" ? runs : runs.filter(({ runId }) => runId.startsWith(wanted.toLowerCase()) || runId === wanted);
  const exact = found.find(({ runId }) => runId === wanted);
  // A list leaves out what has no header: such a run is not another one whose id goes on from its own.
  if (exact === undefined && wanted !== "last") await refuseHeadless(store, wanted);
  const [first, ...more] = found;
  if (first !== undefined && (more.length === 0 || exact !== undefined)) return exact ?? first;
  if (first === undefined) {
    throw new CommandError(
      runs.length === 0
        ? `No run is recorded here yet. Record one: ${COMMAND} demo, or ${COMMAND} run FILE "task".`
        : `No recorded run begins with "${wanted}". List them: ${COMMAND} runs.`,
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

/** @throws CommandError when there is a journal of exactly this id, though nothing of it can be listed. */
async function refuseHeadless(store: JournalStore, runId: string): Promise<void> {
  let cause: unknown;
  try {
    for await (const _ of store.read(runId)) break;
  } catch (error) {
    if (!isTesseraeError(error, "ERR_JOURNAL_CORRUPT")) return;
    cause = error;
  }
  const holder = await store.lock(runId);
  if (holder !== undefined) {
    throw new CommandError(`The run ${runId} only begins: the process ${holder.pid} writes it. Try again.`);
  }
  const { FileJournalStore } = await import("@tesserae/core/journal/file");
  const folder = store instanceof FileJournalStore ? join(store.directory, runId) : undefined;
  const place = folder === undefined ? "" : ` (${join(folder, "journal.jsonl")})`;
  throw new CommandError(
    `The journal of the run ${runId}${place} is empty or damaged: it does not begin with the header of a run, so ` +
      `nothing of it can be used. Put a good copy back, or remove ${folder === undefined ? "the run" : `the folder ${folder}`}.`,
    { cause },
  );
}

/** The beginning of a run's id, long enough for people. */
export function shortId(runId: string): string {
  return runId.slice(0, 8);
}
