import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ValueError, isObject, type Json, type JsonObject } from "@tesserae/core";

/** The folder of the interoperability tests. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** Reads a JSON file below {@link ROOT}. */
export function readGolden(path: string): Json {
  return JSON.parse(readFileSync(`${ROOT}${path}`, "utf8")) as Json;
}

/** The names, without `.json`, of the files in a folder below {@link ROOT}. */
export function goldenNames(folder: string): readonly string[] {
  return readdirSync(`${ROOT}${folder}`)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .toSorted();
}

/** The value as an object; a golden file that holds something else is broken. */
export function objectOf(value: unknown, what = "value"): JsonObject {
  if (!isObject(value)) throw new ValueError(`Expected the ${what} to be an object, found ${JSON.stringify(value)}.`);
  return value as JsonObject;
}

/** The value as a list; nothing is the empty list. */
export function listOf(value: unknown, what = "value"): readonly Json[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new ValueError(`Expected the ${what} to be a list, found ${JSON.stringify(value)}.`);
  return value as readonly Json[];
}

/** The value as text. */
export function textOf(value: unknown, what = "value"): string {
  if (typeof value !== "string")
    throw new ValueError(`Expected the ${what} to be text, found ${JSON.stringify(value)}.`);
  return value;
}
