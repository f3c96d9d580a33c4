import { isRawObject, type RawObject } from "@tesserae/wire";
import { splitWords } from "@tesserae/wire/scripted";

/** The objects in a list; none where it is no list. */
export function objectsIn(value: unknown): readonly RawObject[] {
  return Array.isArray(value) ? value.filter(isRawObject) : [];
}

/** The value as an object; anything else gives an empty one. */
export function objectOf(value: unknown): RawObject {
  return isRawObject(value) ? value : {};
}

/** The pieces in which a text is streamed; none where it is no text. */
export function piecesIn(value: unknown): readonly string[] {
  return typeof value === "string" ? splitWords(value) : [];
}
