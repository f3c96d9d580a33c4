import { isRawObject, type Json, type RawObject } from "@tesserae/wire";

/** The member of an object, whatever the value is. */
export function member(value: unknown, name: string): unknown {
  return isRawObject(value) ? value[name] : undefined;
}

/** A member that is an object; an empty one where it is something else. */
export function objectAt(value: unknown, name: string): RawObject {
  const found = member(value, name);
  return isRawObject(found) ? found : NOTHING;
}

/** A member that is a list; an empty one where it is something else. */
export function listAt(value: unknown, name: string): readonly unknown[] {
  const found = member(value, name);
  return Array.isArray(found) ? found : NONE;
}

/** A member that is text and not empty. */
export function textAt(value: unknown, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Parses JSON text; `undefined` where it is none. */
export function parseText(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    const json: Json = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}

const NOTHING: RawObject = Object.freeze({});
const NONE: readonly unknown[] = Object.freeze([]);
