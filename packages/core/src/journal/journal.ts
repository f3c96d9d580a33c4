import type { OpenRunOptions, Run } from "../run/run.ts";

/**
 * Where a run's effects are recorded, or answered from. Made by `recordTo`, `resumeFrom`, `replayFrom` and `forkFrom`;
 * given to a run.
 */
export interface Journal {
  readonly mode: "record" | "replay" | "resume" | "fork";
  /** The run that was opened last with this journal; of a replay or resume, the run itself from the start. */
  readonly runId: string | undefined;
  /** Opens the journal for a run; called by `openRun`. */
  open(options: OpenRunOptions): Promise<Run>;
}
