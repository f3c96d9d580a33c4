/** Longer keys are not compared: nobody misspells them by hand, and comparing costs their product. */
const LONGEST = 64;

/**
 * The candidate that a misspelt key was most likely meant to be, or undefined.
 *
 * Case and separators do not count (`maxTokens` is near `max_tokens`); else at most a third of the letters may differ.
 */
export function nearest(key: string, candidates: Iterable<string>): string | undefined {
  if (key.length > LONGEST) return undefined;
  const plain = simplify(key);
  let best: string | undefined;
  let bestDistance = Math.floor(plain.length / 3) + 1;
  for (const candidate of candidates) {
    if (candidate.length > LONGEST) continue;
    const other = simplify(candidate);
    if (Math.abs(other.length - plain.length) >= bestDistance) continue;
    const distance = editDistance(plain, other);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function simplify(key: string): string {
  return key.toLowerCase().replaceAll(/[-_ ]/g, "");
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment distance). */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let distance = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        distance = Math.min(distance, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
