/** What records, answers and publishes the effects of one run. */
export interface RunSession {
  readonly runId: string;
}
