/** What a child process of the chaos tests does; given as JSON on its command line. */
export interface Job {
  readonly team: "demo" | "letters";
  readonly mode: "record" | "resume";
  readonly runsDir: string;
  readonly runId: string;
  /** Where the upstream listens. */
  readonly baseUrl: string;
  /** Kill the process after so many entries. */
  readonly killAfter?: number;
  /** Where each effect that is performed, not answered from the journal, leaves its address. */
  readonly performedFile: string;
  /** Where the result goes: its messages as JSON. */
  readonly resultFile: string;
  /** Where each letter that is sent leaves a line (team `letters`). */
  readonly lettersFile: string;
}
