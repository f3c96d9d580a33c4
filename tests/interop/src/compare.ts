import { isObject, pointerToken, type Json } from "@tesserae/core";

/** How two values are compared. */
export interface CompareOptions {
  /** Whether ours may have keys that the expected value lacks, at this place. Default: nowhere. */
  readonly surplus?: (pointer: string) => boolean;
}

/**
 * Where ours differs from what is expected, one line each. Matchers in the expected value: `{"$match": regex}`,
 * `{"$any": true}`, `{"$absent": true}`. An `error` needs the expected message as a fragment, and to be an abort or not.
 */
export function differencesOf(ours: unknown, expected: Json, options: CompareOptions = {}): readonly string[] {
  const found: string[] = [];
  compare(ours, expected, "", options.surplus ?? (() => false), found);
  return found;
}

function compare(
  ours: unknown,
  expected: Json,
  pointer: string,
  surplus: (pointer: string) => boolean,
  found: string[],
): void {
  const differ = (): void =>
    void found.push(`${pointer || "(root)"}: expected ${brief(expected)}, found ${brief(ours)}`);
  if (Array.isArray(expected)) {
    if (!Array.isArray(ours) || ours.length !== expected.length) return differ();
    for (const [index, item] of expected.entries()) compare(ours[index], item, `${pointer}/${index}`, surplus, found);
    return;
  }
  if (!isObject(expected)) {
    if (!Object.is(ours, expected)) differ();
    return;
  }
  if (expected["$any"] === true) {
    if (ours === undefined) differ();
    return;
  }
  if (expected["$absent"] === true) {
    if (ours !== undefined) differ();
    return;
  }
  const pattern = expected["$match"];
  if (typeof pattern === "string") {
    if (typeof ours !== "string" || !new RegExp(pattern).test(ours)) differ();
    return;
  }
  if (!isObject(ours) || Array.isArray(ours)) return differ();
  if (pointer.endsWith("/error") && typeof expected["message"] === "string") {
    if (!sameError(ours, expected)) differ();
    return;
  }
  for (const [key, value] of Object.entries(expected)) {
    compare(ours[key], value, `${pointer}${pointerToken(key)}`, surplus, found);
  }
  if (surplus(pointer)) return;
  for (const key of Object.keys(ours)) {
    if (!Object.hasOwn(expected, key) && ours[key] !== undefined) {
      found.push(`${pointer}${pointerToken(key)}: not expected, found ${brief(ours[key])}`);
    }
  }
}

/** Classes may differ; whether it was an abort may not, and ours must contain the fragment. */
function sameError(ours: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, unknown>>): boolean {
  const cancelled = (error: Readonly<Record<string, unknown>>): boolean => error["class"] === "CancelledError";
  if (cancelled(ours) || cancelled(expected)) return cancelled(ours) && cancelled(expected);
  return String(ours["message"]).includes(String(expected["message"]));
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
