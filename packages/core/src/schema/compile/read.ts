import { isObject } from "../../json.ts";
import { SchemaConversionError, schemaPlace } from "../errors.ts";

/** A schema's keywords; only own ones are read. */
export type Keywords = Readonly<Record<string, unknown>>;

/** The value of a keyword, or undefined. Keys that every object inherits do not count. */
export function read(schema: Keywords, keyword: string): unknown {
  return Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
}

/** The error for a keyword whose value has the wrong shape. */
export function malformed(pointer: string, keyword: string, expected: string): SchemaConversionError {
  return new SchemaConversionError(`The keyword "${keyword}" at ${schemaPlace(pointer)} must be ${expected}.`, {
    pointer,
    keyword,
  });
}

/** The finite number under a keyword, if it is there. */
export function readNumber(schema: Keywords, keyword: string, pointer: string): number | undefined {
  const value = read(schema, keyword);
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) throw malformed(pointer, keyword, "a number");
  return value;
}

/** The whole number of at least 0 under a keyword, if it is there. */
export function readCount(schema: Keywords, keyword: string, pointer: string): number | undefined {
  const value = read(schema, keyword);
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
    throw malformed(pointer, keyword, "an integer of at least 0");
  return value;
}

/** The text under a keyword, if it is there. */
export function readText(schema: Keywords, keyword: string, pointer: string): string | undefined {
  const value = read(schema, keyword);
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw malformed(pointer, keyword, "a string");
  return value;
}

/** The truth value under a keyword, if it is there. */
export function readFlag(schema: Keywords, keyword: string, pointer: string): boolean | undefined {
  const value = read(schema, keyword);
  if (value === undefined) return undefined;
  if (typeof value !== "boolean") throw malformed(pointer, keyword, "true or false");
  return value;
}

/** The list of texts under a keyword, if it is there. */
export function readTexts(schema: Keywords, keyword: string, pointer: string): readonly string[] | undefined {
  const value = read(schema, keyword);
  return value === undefined ? undefined : texts(value, keyword, pointer);
}

/** A list of strings found somewhere under a keyword. */
export function texts(value: unknown, keyword: string, pointer: string): readonly string[] {
  if (!Array.isArray(value)) throw malformed(pointer, keyword, "a list of strings");
  return value.map((item: unknown) => {
    if (typeof item !== "string") throw malformed(pointer, keyword, "a list of strings");
    return item;
  });
}

/** The list under a keyword, if it is there. */
export function readList(schema: Keywords, keyword: string, pointer: string): readonly unknown[] | undefined {
  const value = read(schema, keyword);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw malformed(pointer, keyword, "a list");
  return value;
}

/** The object under a keyword, if it is there. */
export function readRecord(schema: Keywords, keyword: string, pointer: string): Keywords | undefined {
  const value = read(schema, keyword);
  if (value === undefined) return undefined;
  if (!isObject(value)) throw malformed(pointer, keyword, "an object");
  return value;
}

/** A regular expression of a schema: Unicode, not anchored, as JSON Schema has it. */
export function readPattern(source: string, keyword: string, pointer: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch (cause) {
    throw new SchemaConversionError(
      `The ${keyword} ${JSON.stringify(source)} at ${schemaPlace(pointer)} is not a regular expression: ` +
        `${cause instanceof Error ? cause.message : String(cause)}. It is read with the u flag, which allows no needless escapes.`,
      { pointer, keyword, cause },
    );
  }
}
