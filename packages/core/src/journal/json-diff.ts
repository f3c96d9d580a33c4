import { jsonPointer, type PathSegment } from "../json-pointer.ts";
import { isObject, type Json } from "../json.ts";

/** A place where two values differ; `undefined` stands for what is not there. */
export interface JsonDifference {
  readonly pointer: string;
  readonly recorded: Json | undefined;
  readonly asked: Json | undefined;
}

/** The first places where two values differ, in the order of the recorded one. */
export function jsonDiff(recorded: Json | undefined, asked: Json | undefined, max = 10): readonly JsonDifference[] {
  const found: JsonDifference[] = [];
  const visit = (a: Json | undefined, b: Json | undefined, path: readonly PathSegment[]): void => {
    if (found.length >= max || Object.is(a, b)) return;
    if (Array.isArray(a) && Array.isArray(b)) {
      for (let index = 0; index < Math.max(a.length, b.length); index += 1) visit(a[index], b[index], [...path, index]);
    } else if (isObject(a) && isObject(b)) {
      const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
      for (const key of keys) visit(own(a, key), own(b, key), [...path, key]);
    } else found.push({ pointer: jsonPointer(path), recorded: a, asked: b });
  };
  visit(recorded, asked, []);
  return found;
}

/** The differences as lines for people; long texts are cut around the place where they part. */
export function formatDiff(differences: readonly JsonDifference[]): string {
  return differences
    .map(({ pointer, recorded, asked }) => {
      const at = typeof recorded === "string" && typeof asked === "string" ? parting(recorded, asked) : 0;
      return `  ${pointer === "" ? "(the whole)" : pointer}\n    - ${show(recorded, at)}\n    + ${show(asked, at)}`;
    })
    .join("\n");
}

const SHOWN = 120;
const BEFORE = 30;

function show(value: Json | undefined, at: number): string {
  if (value === undefined) return "(nothing)";
  if (typeof value !== "string") return cut(JSON.stringify(value), 0);
  return JSON.stringify(cut(value, Math.max(0, at - BEFORE)));
}

function cut(text: string, from: number): string {
  const part = text.slice(from, from + SHOWN);
  return `${from > 0 ? "…" : ""}${part}${from + SHOWN < text.length ? "…" : ""}`;
}

function parting(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

function own(value: { readonly [key: string]: unknown }, key: string): Json | undefined {
  // The members of JSON are JSON.
  return Object.hasOwn(value, key) ? (value[key] as Json) : undefined;
}
