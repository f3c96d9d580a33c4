import { jsonPointer, type PathSegment } from "./json-pointer.ts";

/** Levels of nesting that count as JSON. The same order of magnitude as what Python's reader takes. */
export const MAX_JSON_DEPTH = 1000;

/** Where and why a value is not JSON. */
export interface JsonFault {
  /** RFC 6901 pointer to the first part that is not JSON. */
  readonly pointer: string;
  /** What was found there, in plain words. */
  readonly reason: string;
}

/** True for an object that JSON can stand for: made by `{}`, by `Object.create(null)` or by another realm's `{}`. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return (
    typeof prototype === "object" &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "isPrototypeOf")
  );
}

/** True when the string holds half of a surrogate pair. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/**
 * Finds the first part of a value that is not JSON, or undefined.
 *
 * It is the slow companion of the fast walks: they only learn that something is wrong, this one says where.
 */
export function findJsonFault(
  value: unknown,
  options: { readonly loneSurrogates: "refuse" | "allow" },
): JsonFault | undefined {
  const path: PathSegment[] = [];
  const ancestors = new Map<object, number>();

  const fault = (reason: string): JsonFault => ({ pointer: jsonPointer(path), reason });

  const visit = (part: unknown): JsonFault | undefined => {
    switch (typeof part) {
      case "boolean":
        return undefined;
      case "string":
        return options.loneSurrogates === "refuse" && hasLoneSurrogate(part)
          ? fault("a string with half of a surrogate pair (a character cut in two)")
          : undefined;
      case "number":
        return Number.isFinite(part) ? undefined : fault(String(part));
      case "undefined":
        return fault("undefined");
      case "bigint":
        return fault("a bigint");
      case "object":
        return part === null ? undefined : visitObject(part);
      default:
        return fault(`a ${typeof part}`);
    }
  };

  const visitObject = (part: object): JsonFault | undefined => {
    const seenAt = ancestors.get(part);
    if (seenAt !== undefined) return fault(`a cycle back to ${describePlace(path.slice(0, seenAt))}`);
    if (path.length >= MAX_JSON_DEPTH) return fault(`nesting deeper than ${MAX_JSON_DEPTH} levels`);
    ancestors.set(part, path.length);
    const found = Array.isArray(part) ? visitArray(part) : visitProperties(part);
    ancestors.delete(part);
    return found;
  };

  const visitArray = (part: readonly unknown[]): JsonFault | undefined => {
    for (let index = 0; index < part.length; index += 1) {
      path.push(index);
      const found = visit(part[index]);
      if (found !== undefined) return found;
      path.pop();
    }
    return undefined;
  };

  const visitProperties = (part: object): JsonFault | undefined => {
    if (!isPlainObject(part)) return fault(`an instance of ${className(part)}`);
    if (Object.getOwnPropertySymbols(part).length > 0) return fault("an object with a symbol as a key");
    for (const key of Object.keys(part)) {
      path.push(key);
      if (options.loneSurrogates === "refuse" && hasLoneSurrogate(key))
        return fault("a key with half of a surrogate pair");
      const found = visit(part[key]);
      if (found !== undefined) return found;
      path.pop();
    }
    return undefined;
  };

  return visit(value);
}

function describePlace(path: readonly PathSegment[]): string {
  return path.length === 0 ? "the whole value" : jsonPointer(path);
}

function className(value: object): string {
  const constructor: unknown = Reflect.get(value, "constructor");
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "a class";
}
