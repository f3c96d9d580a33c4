import type { RunFilter, RunSummary } from "./journal-store.ts";

/** Sorts summaries, the newest first, and keeps those that a filter lets through. For authors of stores. */
export function selectRuns(
  summaries: readonly RunSummary[],
  { status, name, limit }: RunFilter,
): readonly RunSummary[] {
  return summaries
    .filter((run) => (status === undefined || run.status === status) && (name === undefined || run.name === name))
    .sort((a, b) => b.startedAt - a.startedAt || (a.runId < b.runId ? -1 : 1))
    .slice(0, limit);
}
