import type { JournalEntry, JournalStore, JournalWriter } from "@tesserae/core";
import { FileJournalStore } from "@tesserae/core/journal/file";

/** A file store whose process is killed (SIGKILL, nothing is cleaned up) right after it has written so many entries. */
export function killingStore(directory: string, killAfter: number | undefined): JournalStore {
  const store = new FileJournalStore({ directory });
  if (killAfter === undefined) return store;
  let written = 0;
  const killing = (writer: JournalWriter): JournalWriter => ({
    append(entries: readonly JournalEntry[]) {
      // One at a time, so that the process also dies between the entries of one write.
      for (const entry of entries) {
        void writer.append([entry]);
        written += 1;
        if (written === killAfter) process.kill(process.pid, "SIGKILL");
      }
    },
    close: () => writer.close(),
  });
  return {
    open: async (runId, mode, options) => killing(await store.open(runId, mode, options)),
    read: (runId, from) => store.read(runId, from),
    list: (filter) => store.list(filter),
    lock: (runId) => store.lock(runId),
    remove: (runId) => store.remove(runId),
  };
}
