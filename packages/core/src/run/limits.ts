/** What a run may use. A limit reserves the worst case before a call, so that it is never passed. */
export interface RunLimits {
  /** Integer pico-dollars (1e-12 USD). */
  readonly maxCost?: number | undefined;
  readonly maxModelCalls?: number | undefined;
  readonly maxToolCalls?: number | undefined;
  /** Prompt and completion tokens together. */
  readonly maxTokens?: number | undefined;
  /** Wall time in milliseconds. */
  readonly maxDurationMs?: number | undefined;
}
