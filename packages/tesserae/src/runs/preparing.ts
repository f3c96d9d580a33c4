import type { Journal } from "@tesserae/core";

/** The journal, with something to do as soon as a run is open, before its first effect. */
export function preparing(journal: Journal, prepare: (() => void) | undefined): Journal {
  if (prepare === undefined) return journal;
  return {
    mode: journal.mode,
    get runId() {
      return journal.runId;
    },
    async open(options) {
      const run = await journal.open(options);
      if (run.recorded !== undefined) return run;
      try {
        prepare();
      } catch (error) {
        await run.end({ status: "failed", error });
        throw error;
      }
      return run;
    },
  };
}
