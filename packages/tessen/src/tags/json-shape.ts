import { isRawObject, type RawObject } from "@tesserae/wire";

/** The value as an object; anything else gives an empty one. What providers send may have any shape. */
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

/** True for text with more than white space in it. */
export function hasText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

/** True for text that is JSON, whatever its value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const EMPTY_OBJECT: RawObject = Object.freeze({});
const EMPTY_LIST: readonly unknown[] = Object.freeze([]);
