import type { Reservation } from "../ports.ts";
import type { Tally } from "./tally.ts";

/** What a request in flight has set aside. */
export class Hold {
  readonly #tallies: readonly Tally[];
  readonly #worst: bigint;
  readonly #tokens: bigint;
  #open = true;

  /** Sets it aside. */
  constructor(tallies: readonly Tally[], worst: bigint, tokens: bigint) {
    this.#tallies = tallies;
    this.#worst = worst;
    this.#tokens = tokens;
    for (const tally of tallies) {
      tally.reserved += worst;
      tally.reservedTokens += tokens;
    }
  }

  /** Whether it counts for a subject in a window. */
  has(tally: Tally): boolean {
    return this.#tallies.includes(tally);
  }

  /** The larger of what was set aside and of what is said to be spent: for what may have cost more than anyone knows. */
  atLeast(actual: bigint, tokens: bigint): readonly [actual: bigint, tokens: bigint] {
    return [actual > this.#worst ? actual : this.#worst, tokens > this.#tokens ? tokens : this.#tokens];
  }

  /** Gives back what was set aside; once. */
  release(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const tally of this.#tallies) {
      tally.reserved -= this.#worst;
      tally.reservedTokens -= this.#tokens;
    }
  }

  /** Counts what was really spent, in the window in which it was set aside. */
  spend(actual: bigint, tokens: bigint): void {
    this.release();
    for (const tally of this.#tallies) {
      tally.spent += actual;
      tally.spentTokens += tokens;
    }
  }
}

/** What the request holds in its hand: as long as it can be reached, the request is in flight. */
export class HeldReservation implements Reservation {
  readonly remaining: bigint | undefined;
  readonly #hold: Hold;
  readonly #done: (hold: Hold, actual: bigint, tokens: bigint) => void;
  readonly #isStrict: boolean;
  #settled = false;

  /** `isStrict`: where it is not certain what was spent, it was all that was set aside. */
  constructor(
    hold: Hold,
    remaining: bigint | undefined,
    isStrict: boolean,
    done: (hold: Hold, actual: bigint, tokens: bigint) => void,
  ) {
    this.#hold = hold;
    this.#isStrict = isStrict;
    this.remaining = remaining;
    this.#done = done;
  }

  settle(actual: number, tokens: number, isCertain: boolean = true): void {
    if (this.#settled) return;
    this.#settled = true;
    let [spent, used]: readonly [bigint, bigint] = [BigInt(actual), BigInt(tokens)];
    if (!isCertain && this.#isStrict) [spent, used] = this.#hold.atLeast(spent, used);
    this.#hold.spend(spent, used);
    this.#done(this.#hold, spent, used);
  }
}
