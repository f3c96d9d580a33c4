/** Where a string stands in JSON text: from behind its opening quote to its closing one. */
export interface StringPlace {
  readonly start: number;
  readonly end: number;
}

/** The strings of JSON text, names of members too, that are at least so long. No strings inside of strings. */
export function* jsonStrings(text: string, minLength: number = 0): Generator<StringPlace> {
  for (let open = text.indexOf('"'); open !== -1;) {
    const start = open + 1;
    const end = endOfString(text, start);
    if (end - start >= minLength) yield { start, end };
    open = text.indexOf('"', end + 1);
  }
}

/**
 * Where the string ends that begins at `start`. In JSON inside of a JSON string a quote is written with a backslash, one
 * level deeper with three, then seven: `depth` says at which level the string is. A string that is not closed ends with
 * the text, or where one around it ends.
 */
export function endOfString(text: string, start: number, depth: number = 0): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    const slashes = backslashesBefore(text, quote, start);
    const level = trailingOnes(slashes);
    if (level === depth) return quote - (2 ** depth - 1);
    if (level < depth) return quote - slashes;
  }
  return text.length;
}

/** How many backslashes stand directly before a place, none of them before `from`. */
export function backslashesBefore(text: string, place: number, from: number = 0): number {
  let first = place;
  while (first > from && text.charCodeAt(first - 1) === 92) first -= 1;
  return place - first;
}

/**
 * At which level a quote with so many backslashes ends a string: each level halves them, and the last odd one is the
 * escape of a quote that is still inside.
 */
function trailingOnes(slashes: number): number {
  let count = 0;
  for (let left = slashes; left % 2 === 1; left = (left - 1) / 2) count += 1;
  return count;
}
