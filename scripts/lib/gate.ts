/** What a gate found. */
export interface Findings {
  /** One line for each thing that does not hold; empty when the gate passes. */
  readonly problems: readonly string[];
  /** What was looked at, for the line that reports success: "412 files, median 61 lines". */
  readonly note: string;
}

/** One condition that the repository keeps. */
export interface Gate {
  readonly name: string;
  /** Looks at the repository in the folder `root`. It changes nothing. */
  check(root: string): Promise<Findings>;
}
