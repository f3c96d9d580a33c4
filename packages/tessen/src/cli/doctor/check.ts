/** One thing that `tessen doctor` looked at. */
export interface Check {
  readonly section: string;
  /** `bad` makes the exit code 1. */
  readonly state: "good" | "warning" | "bad";
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}
