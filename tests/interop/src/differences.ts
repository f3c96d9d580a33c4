import { ValueError, isObject, parseJsonPointer, type Json } from "@tesserae/core";
import { listOf, objectOf, readGolden, textOf } from "./golden.ts";

/** One place where ours differs from Python on purpose. */
export interface Difference {
  readonly file: string;
  readonly where: string;
  readonly ours: Json;
}

/** Rows about a whole file, in words: each has a test of its own. */
export const RELOAD_SUFFIX = "/python_reload";

/** All rows of `intended-differences.json`. */
export function readDifferences(): readonly Difference[] {
  return listOf(readGolden("intended-differences.json")).map((row) => {
    const { file, where, ours } = objectOf(row, "row");
    return { file: textOf(file), where: textOf(where), ours: ours ?? null };
  });
}

/**
 * A golden file with what ours must have in the places of the rows. `under` picks a part of the file: only its rows are
 * put in, and the part is returned.
 */
export function withDifferences(rows: readonly Difference[], file: string, golden: Json, under = ""): Json {
  const copy = structuredClone(golden);
  for (const { file: of, where, ours } of rows) {
    const inside = where === under || where.startsWith(`${under}/`);
    if (of === file && inside && !where.endsWith(RELOAD_SUFFIX)) put(copy, where, ours);
  }
  return at(copy, under);
}

/** The value at a pointer. */
export function at(value: Json, pointer: string): Json {
  let current: Json | undefined = value;
  for (const key of tokens(pointer)) {
    current = Array.isArray(current) ? current[Number(key)] : isObject(current) ? current[key] : undefined;
  }
  if (current === undefined) throw new ValueError(`There is nothing at ${pointer}.`);
  return current;
}

function put(root: Json, where: string, ours: Json): void {
  const path = tokens(where);
  const last = path.at(-1);
  if (last === undefined) throw new ValueError("A difference names a place inside of the file.");
  const parent = at(root, where.slice(0, where.lastIndexOf("/")));
  // The copy is ours to change.
  if (Array.isArray(parent)) (parent as Json[])[Number(last)] = ours;
  else (parent as Record<string, Json>)[last] = ours;
}

function tokens(pointer: string): readonly string[] {
  const path = parseJsonPointer(pointer);
  if (path === undefined) throw new ValueError(`${pointer} is no JSON pointer.`);
  return path;
}
