/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What a provider sent, not yet looked at: a parsed JSON object whose members are unknown. */
export type RawObject = Readonly<Record<string, unknown>>;

/** True for an object that is neither null nor an array. */
export function isRawObject(value: unknown): value is RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; anything else gives an empty one. */
export function objectOf(value: unknown): RawObject {
  return isRawObject(value) ? value : EMPTY_OBJECT;
}

/** The value as a list; anything else gives an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : EMPTY_LIST;
}

/** The value when it is text, else `""`. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The value when it is text that is not empty, else `undefined`. */
export function nonEmptyText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The value as a count of something: a whole number from 0; anything else gives 0. */
export function countOf(value: unknown): number {
  const count = typeof value === "number" ? Math.round(value) : 0;
  return count > 0 && Number.isSafeInteger(count) ? count : 0;
}

/** Parses JSON text; `undefined` where it is none (`undefined` is no JSON value). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const EMPTY_OBJECT: RawObject = Object.freeze({});
const EMPTY_LIST: readonly unknown[] = Object.freeze([]);
