import type { StreamItem } from "../../messages/types.ts";

/** Why a speaker can go no further; without an error: the run has no turn left for that one. */
export interface Obstacle {
  readonly error?: unknown;
}

/** Who was asked to speak in a turn and has not answered, and what the others have said. */
export class Floor {
  /** `undefined` for those who are at it. */
  readonly #speakers = new Map<string, Obstacle | undefined>();
  /** What was said in the turn so far. */
  said: readonly StreamItem[] = [];

  /** Those who have not answered; after a failure or an abort they are asked again by the next run. */
  get speaking(): readonly string[] {
    return [...this.#speakers.keys()];
  }

  /** Somebody is at it: an answer is still to come. */
  get isTaken(): boolean {
    for (const obstacle of this.#speakers.values()) if (obstacle === undefined) return true;
    return false;
  }

  /** What holds somebody up; an error, where there is one. */
  get obstacle(): Obstacle | undefined {
    let found: Obstacle | undefined;
    for (const obstacle of this.#speakers.values()) if (found?.error === undefined) found = obstacle ?? found;
    return found;
  }

  /** These speak now, or are held up. */
  ask(names: readonly string[], obstacle?: Obstacle): void {
    for (const name of names) this.#speakers.set(name, obstacle);
  }

  answered(name: string): void {
    this.#speakers.delete(name);
  }

  add(said: readonly StreamItem[]): void {
    this.said = this.said.length === 0 ? said : [...this.said, ...said];
  }

  /** What was said in the turn, which is over. */
  take(): readonly StreamItem[] {
    const { said } = this;
    this.said = [];
    return said;
  }

  /** Nobody was asked but these, and nothing was said. */
  reset(speaking: readonly string[] = []): void {
    this.said = [];
    this.#speakers.clear();
    this.ask(speaking);
  }
}
