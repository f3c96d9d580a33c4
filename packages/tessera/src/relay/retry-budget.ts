/**
 * How many retries an upstream is spared: one for every ten requests, of which at most ten are saved up. A storm of
 * failures is then not doubled by retries.
 */
export class RetryBudget {
  /** In tenths, so that whole numbers are added. */
  #tenths = MOST;

  /** A request is sent for the first time. */
  earn(): void {
    if (this.#tenths < MOST) this.#tenths += 1;
  }

  /** Takes one retry; false where none is left. */
  spend(): boolean {
    if (this.#tenths < COST) return false;
    this.#tenths -= COST;
    return true;
  }
}

const COST = 10;
const MOST = 100;
