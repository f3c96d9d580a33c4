import { isTesseraeError, type JournalEntry, type JournalStore } from "@tesserae/core";

/** The store, in which a damaged journal ends before the damage. */
export function salvagingStore(store: JournalStore): JournalStore {
  async function* readGoodPart(runId: string, from?: number): AsyncGenerator<JournalEntry> {
    try {
      yield* store.read(runId, from);
    } catch (error) {
      if (!isTesseraeError(error, "ERR_JOURNAL_CORRUPT")) throw error;
    }
  }
  return {
    open: (runId, mode, options) => store.open(runId, mode, options),
    read: readGoodPart,
    list: (filter) => store.list(filter),
    lock: (runId) => store.lock(runId),
    remove: (runId) => store.remove(runId),
  };
}
