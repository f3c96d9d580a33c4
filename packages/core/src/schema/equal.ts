/** Levels of nesting beyond which two values count as different: nobody writes such constants. */
const DEEPEST = 256;

/** Equality as JSON Schema has it: numbers by value, arrays in order, objects whatever the order of their keys. */
export function jsonEqual(left: unknown, right: unknown, depth = 0): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (depth > DEEPEST) return false;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    for (let index = 0; index < left.length; index += 1) {
      if (!jsonEqual(left[index], right[index], depth + 1)) return false;
    }
    return true;
  }
  if (Array.isArray(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(right, key) || !jsonEqual(Reflect.get(left, key), Reflect.get(right, key), depth + 1))
      return false;
  }
  return true;
}

/**
 * The positions of the first two equal items, or undefined when all differ.
 *
 * Items are compared through a set, so that a huge array costs no more than reading it once.
 */
export function firstDuplicate(items: readonly unknown[]): readonly [first: number, second: number] | undefined {
  const seen = new Map<unknown, number>();
  for (let index = 0; index < items.length; index += 1) {
    const key = identity(items[index]);
    const before = seen.get(key);
    if (before !== undefined) return [before, index];
    seen.set(key, index);
  }
  return undefined;
}

/** True when no two items are equal. */
export function allDifferent(items: readonly unknown[]): boolean {
  if (items.length < 2) return true;
  return firstDuplicate(items) === undefined;
}

/** A primitive that is the same for equal values; objects become text that no string item can be mistaken for. */
function identity(value: unknown): unknown {
  if (typeof value === "string") return `"${value}`;
  if (typeof value !== "object" || value === null) return value;
  return fingerprint(value, 0) ?? value;
}

function fingerprint(value: unknown, depth: number): string | undefined {
  if (typeof value !== "object" || value === null) {
    // undefined, NaN and functions are not JSON and equal nothing but themselves.
    return typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value)
      ? JSON.stringify(value)
      : undefined;
  }
  if (depth > DEEPEST) return undefined;
  const parts: string[] = [];
  if (Array.isArray(value)) {
    for (const item of value) {
      const part = fingerprint(item, depth + 1);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return `[${parts.join(",")}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const part = fingerprint(Reflect.get(value, key), depth + 1);
    if (part === undefined) return undefined;
    parts.push(`${JSON.stringify(key)}:${part}`);
  }
  return `{${parts.join(",")}}`;
}
