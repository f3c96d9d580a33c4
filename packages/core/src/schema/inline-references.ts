import { isObject } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";
import { SchemaDocument } from "./compile/document.ts";
import { SchemaConversionError } from "./errors.ts";
import { mapSubschemas } from "./subschemas.ts";

/** Schemas written while references are replaced; schemas that double with each level would fill the memory. */
const MOST_SCHEMAS = 20_000;

/** A schema without references, apart from those that a recursive type needs. */
export interface InlinedSchema {
  readonly schema: unknown;
  /** The recursive types by name, sorted; empty when there are none. */
  readonly definitions: Readonly<Record<string, unknown>>;
}

/**
 * Replaces every `$ref` by what it points at. Recursive types cannot be: they are kept apart, and references to them
 * point into `$defs`; a reference to the whole document stays `#`.
 *
 * @throws ReferenceNotFoundError, and UnsupportedKeywordError for a reference that leaves the document.
 */
export function inlineReferences(root: Readonly<Record<string, unknown>>): InlinedSchema {
  const document = new SchemaDocument(root);
  const recursive = findRecursive(root, document);
  const names = nameDefinitions(recursive);
  const definitions = new Map<string, unknown>();
  let budget = MOST_SCHEMAS;

  const rewrite = (schema: unknown, pointer: string): unknown => {
    budget -= 1;
    if (budget < 0) {
      const message = `The schema has more than ${MOST_SCHEMAS} parts once its references are replaced. Make it smaller.`;
      throw new SchemaConversionError(message, { pointer });
    }
    if (!isObject(schema)) return schema;
    const { $ref, $defs: _new, definitions: _old, $anchor: _anchor, $id: _id, $schema: _schema, ...rest } = schema;
    const kept = mapSubschemas(rest, pointer, rewrite);
    return typeof $ref === "string" ? beside(kept, replace($ref, pointer)) : kept;
  };

  const replace = (reference: string, pointer: string): unknown => {
    const target = document.resolve(reference, pointer);
    if (!recursive.has(target.pointer)) return rewrite(target.schema, target.pointer);
    const name = names.get(target.pointer);
    if (name === undefined) return { $ref: "#" };
    if (!definitions.has(name)) {
      // Taken before it is written, because it refers to itself.
      definitions.set(name, true);
      definitions.set(name, rewrite(target.schema, target.pointer));
    }
    return { $ref: `#/$defs${pointerToken(name)}` };
  };

  const schema = rewrite(root, "");
  const sorted = [...definitions].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return { schema, definitions: Object.fromEntries(sorted) };
}

const ANNOTATIONS: ReadonlySet<string> = new Set([
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "$comment",
]);

/** What stood beside a reference, together with its target: annotations go before the target's, the rest must hold too. */
function beside(siblings: Record<string, unknown>, target: unknown): unknown {
  const keys = Object.keys(siblings);
  if (keys.length === 0) return target;
  if (target === true) return siblings;
  if (!isObject(target)) return target;
  if (keys.every((key) => ANNOTATIONS.has(key))) return { ...target, ...siblings };
  return { ...siblings, allOf: [target, ...(Array.isArray(siblings["allOf"]) ? siblings["allOf"] : [])] };
}

/** Pointers of the targets that can be reached from themselves. */
function findRecursive(root: Readonly<Record<string, unknown>>, document: SchemaDocument): ReadonlySet<string> {
  const edges = new Map<string, ReadonlySet<string>>();
  const explore = (pointer: string, schema: unknown): void => {
    if (edges.has(pointer)) return;
    const targets = new Map<string, unknown>();
    collectTargets(schema, pointer, document, targets);
    edges.set(pointer, new Set(targets.keys()));
    for (const [next, part] of targets) explore(next, part);
  };
  explore("", root);
  return new Set([...edges.keys()].filter((start) => reaches(edges, start)));
}

function collectTargets(
  schema: unknown,
  pointer: string,
  document: SchemaDocument,
  targets: Map<string, unknown>,
): void {
  if (!isObject(schema)) return;
  const { $ref, $defs: _new, definitions: _old, ...rest } = schema;
  if (typeof $ref === "string") {
    const target = document.resolve($ref, pointer);
    targets.set(target.pointer, target.schema);
  }
  mapSubschemas(rest, pointer, (part, at) => {
    collectTargets(part, at, document, targets);
    return part;
  });
}

function reaches(edges: ReadonlyMap<string, ReadonlySet<string>>, start: string): boolean {
  const seen = new Set<string>();
  const pending = [...(edges.get(start) ?? [])];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next === start) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    pending.push(...(edges.get(next) ?? []));
  }
  return false;
}

/** Names by pointer: the last token, with a number where two are the same. The document itself has none. */
function nameDefinitions(pointers: ReadonlySet<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const pointer of [...pointers].toSorted()) {
    if (pointer === "") continue;
    const last = pointer
      .slice(pointer.lastIndexOf("/") + 1)
      .replaceAll("~1", "/")
      .replaceAll("~0", "~");
    let name = last;
    for (let number = 2; taken.has(name); number += 1) name = `${last}${number}`;
    taken.add(name);
    names.set(pointer, name);
  }
  return names;
}
