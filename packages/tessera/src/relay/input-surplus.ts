/** With each answer so much of what was learnt stays: one request with many images is soon forgotten. */
const FADING = 0.95;
/** Names of models come from callers. */
const MOST_MODELS = 1000;

/**
 * By how many tokens an upstream counts more input than is estimated from a request's bytes, by model: for images, files and
 * conversations that it holds itself, for texts of signs alone, for what it adds of its own. The requests of a program are
 * like one another, so the most of the last ones is set aside for the next, too.
 */
export class InputSurplus {
  readonly #tokens = new Map<string, number>();

  /** To be added to the estimate for a request. */
  of(model: string): number {
    return this.#tokens.get(model) ?? 0;
  }

  /** An answer came: what was estimated without a surplus, and what the provider counted. */
  learn(model: string, estimated: number, counted: number): void {
    const before = this.#tokens.get(model);
    const surplus = Math.max(counted - estimated, Math.floor((before ?? 0) * FADING));
    if (surplus > 0) {
      if (before === undefined && this.#tokens.size >= MOST_MODELS) this.#tokens.clear();
      this.#tokens.set(model, surplus);
    } else if (before !== undefined) {
      this.#tokens.delete(model);
    }
  }
}
