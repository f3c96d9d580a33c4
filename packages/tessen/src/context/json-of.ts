import type { Json } from "@tesserae/wire";

/** A value as JSON, and its text. */
export interface AsJson {
  readonly value: Json;
  readonly text: string;
}

/** The JSON of plain data; `undefined` for what is none: instances of classes, circles, functions. Never throws. */
export function jsonOf(value: unknown): AsJson | undefined {
  if (!isPlain(value)) return undefined;
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text === undefined) return undefined;
    const copy: Json = JSON.parse(text);
    return { value: copy, text };
  } catch {
    return undefined;
  }
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
