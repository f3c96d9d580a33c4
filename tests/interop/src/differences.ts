import { ValueError, isObject, parseJsonPointer, type Json } from "@tesserae/core";
import { listOf, objectOf, readGolden, textOf } from "./golden.ts";

/** One place where ours differs from Python on purpose. */
export interface Difference {
  readonly file: string;
  readonly where: string;
  readonly ours: Json;
  /** The row holds in one kind of handover only. */
  readonly handover?: Handover | undefined;
}

/**
 * Whose state was loaded, and where the conversation went on with it. A row that names none holds wherever it goes on
 * here.
 */
export type Handover = "ours here" | "python's here" | "ours in python";

/** Rows about a whole file, in words: each has a test of its own. */
export const RELOAD_SUFFIX = "/python_reload";

/** All rows of `intended-differences.json`. */
export function readDifferences(): readonly Difference[] {
  return listOf(readGolden("intended-differences.json")).map((row) => {
    const { file, where, ours, handover } = objectOf(row, "row");
    // The list is checked by check_differences.py.
    return { file: textOf(file), where: textOf(where), ours: ours ?? null, handover: handover as Handover | undefined };
  });
}

/**
 * A golden file with what ours must have in the places of the rows. `under` picks a part of the file: only its rows are
 * put in, and the part is returned. `handover` says whose state was loaded, in scenarios that load one.
 */
export function withDifferences(
  rows: readonly Difference[],
  file: string,
  golden: Json,
  { under = "", handover = "ours here" }: { readonly under?: string; readonly handover?: Handover } = {},
): Json {
  const copy = structuredClone(golden);
  for (const { file: of, where, ours, handover: only } of rows) {
    if (only === undefined ? handover === "ours in python" : only !== handover) continue;
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
