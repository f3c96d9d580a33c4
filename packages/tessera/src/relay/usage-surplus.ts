/** Tokens of a request, as they are estimated, counted, or added. */
export interface TokenCounts {
  readonly input: number;
  readonly output: number;
}

/** With each answer so much of what was learnt stays: one request with many images is soon forgotten. */
const FADING = 0.95;
/** Names of models come from callers. */
const MOST_MODELS = 1000;
const NOTHING: TokenCounts = Object.freeze({ input: 0, output: 0 });

/**
 * By how many tokens an upstream counts more than is set aside for a request, by model: input for images, files and
 * conversations that it holds itself, for texts of signs alone, for what it adds of its own; output beyond a limit that it
 * does not keep, or that the caller did not give. The requests of a program are like one another, so the most of the last
 * ones is set aside for the next, too.
 */
export class UsageSurplus {
  readonly #tokens = new Map<string, TokenCounts>();

  /** To be added to the estimate for a request. */
  of(model: string): TokenCounts {
    return this.#tokens.get(model) ?? NOTHING;
  }

  /** An answer came: what was estimated without a surplus, and what the provider counted. */
  learn(model: string, estimated: TokenCounts, counted: TokenCounts): void {
    const before = this.#tokens.get(model);
    // Nearly every answer.
    if (before === undefined && counted.input <= estimated.input && counted.output <= estimated.output) return;
    const input = faded(before?.input, counted.input - estimated.input);
    const output = faded(before?.output, counted.output - estimated.output);
    if (input + output === 0) {
      this.#tokens.delete(model);
    } else {
      if (before === undefined && this.#tokens.size >= MOST_MODELS) this.#tokens.clear();
      this.#tokens.set(model, { input, output });
    }
  }
}

function faded(before: number = 0, now: number): number {
  return Math.max(0, now, Math.floor(before * FADING));
}
