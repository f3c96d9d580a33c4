import { isJson } from "../to-json.ts";
import type { JsonTypeName } from "./json-schema.ts";

const TYPE_WORDS: Readonly<Record<JsonTypeName, string>> = {
  null: "null",
  boolean: "true or false",
  integer: "an integer",
  number: "a number",
  string: "a string",
  array: "an array",
  object: "an object",
};

/** A type of JSON Schema in words: "an integer". */
export function typeWords(type: JsonTypeName): string {
  return TYPE_WORDS[type];
}

/**
 * What a value is, in words, for "found …". Texts are not shown: where another type was expected they may be secrets.
 */
export function foundWords(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value === "" ? "an empty string" : "a string";
    case "number":
      return `the number ${value}`;
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
      return "an object";
    case "undefined":
      return "nothing";
    default:
      return `a ${typeof value}`;
  }
}

const LONGEST = 60;

/** A constant, or a value that should have been one, written as JSON and cut when it is long. */
export function literalWords(value: unknown): string {
  if (typeof value === "string") return cut(JSON.stringify(value.slice(0, LONGEST)), value.length > LONGEST);
  if (typeof value !== "object" || value === null || !isJson(value)) return foundWords(value);
  // A value from outside may be huge; only small ones are written.
  if (Object.keys(value).length > 10) return foundWords(value);
  const text = JSON.stringify(value);
  return cut(text.slice(0, LONGEST), text.length > LONGEST);
}

function cut(text: string, more: boolean): string {
  return more ? `${text}…` : text;
}

/** Joins alternatives: "a, b or c". */
export function orWords(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? "nothing";
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}

const MOST_LISTED = 20;

/** The allowed values or known keys, as a list that stays readable. */
export function listWords(words: readonly string[]): string {
  if (words.length <= MOST_LISTED) return orWords(words);
  return `${words.slice(0, MOST_LISTED).join(", ")} or one of ${words.length - MOST_LISTED} more`;
}
