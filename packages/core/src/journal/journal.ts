/** Where a run's effects are recorded, or answered from. Made by `recordTo`, `resumeFrom`, `replayFrom` and `forkFrom`. */
export interface Journal {
  readonly mode: "record" | "replay" | "resume" | "fork";
}
