/** So many texts are remembered, and none that is longer. */
const REMEMBERED = 4;
const LONGEST = 128 * 1024;

/** The first step of the search for where two texts part. */
const FIRST_STEP = 256;

/**
 * Remembers texts in which nothing was found, so that of one that begins and ends like them only the rest is looked
 * through: a conversation is sent again with every turn.
 *
 * That finds the same where no match holds a certain character: the text between two of them is then looked through on
 * its own as well as in the whole.
 */
export class LookedThrough {
  readonly #mayMatch: (text: string) => boolean;
  readonly #boundary: string;
  /** The newest first. */
  readonly #clean: string[] = [];

  /**
   * @param mayMatch looks through a text. What it looks for, with all that it looks at before and behind, holds no
   *   boundary.
   * @param boundary one character.
   */
  constructor(mayMatch: (text: string) => boolean, boundary: string) {
    this.#mayMatch = mayMatch;
    this.#boundary = boundary;
  }

  /** What the function gives for the text. */
  mayMatch(text: string): boolean {
    if (text.length > LONGEST) return this.#mayMatch(text);
    for (const [place, known] of this.#clean.entries()) {
      if (known === text) return false;
      const shared = sharedBeginning(text, known);
      // At most a half to look through again, or else the next one may be nearer.
      if (shared * 2 < text.length) continue;
      const found = this.#mayMatch(this.#rest(text, known, shared));
      if (!found) this.#remember(text, place);
      return found;
    }
    const found = this.#mayMatch(text);
    if (!found) this.#remember(text, REMEMBERED - 1);
    return found;
  }

  /** What of a text is not in a known one, from the last boundary before that to the first behind it. */
  #rest(text: string, known: string, shared: number): string {
    const from = text.lastIndexOf(this.#boundary, shared - 1) + 1;
    const most = Math.min(text.length, known.length) - shared;
    let same = 0;
    while (same < most && text.charCodeAt(text.length - 1 - same) === known.charCodeAt(known.length - 1 - same))
      same += 1;
    const end = text.indexOf(this.#boundary, text.length - same);
    return text.slice(from, end === -1 ? text.length : end);
  }

  /** Puts a text in front, in the place of the one that it goes on. */
  #remember(text: string, place: number): void {
    this.#clean.splice(place, 1);
    this.#clean.unshift(text);
  }
}

/** How many characters two texts begin with alike. */
function sharedBeginning(text: string, known: string): number {
  const most = Math.min(text.length, known.length);
  const isShared = (length: number): boolean => text.slice(0, length) === known.slice(0, length);
  let shared = 0;
  let step = FIRST_STEP;
  while (shared < most) {
    const next = Math.min(most, shared + step);
    if (!isShared(next)) return lastShared(shared, next, isShared);
    shared = next;
    step *= 2;
  }
  return most;
}

/** The last length that is shared, between one that is and one that is not. */
function lastShared(shared: number, different: number, isShared: (length: number) => boolean): number {
  let low = shared;
  let high = different;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isShared(middle)) low = middle;
    else high = middle;
  }
  return low;
}
