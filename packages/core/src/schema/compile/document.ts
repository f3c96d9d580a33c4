import { isObject } from "../../json.ts";
import { parseJsonPointer, pointerToken } from "../../json-pointer.ts";
import { nearest } from "../nearest.ts";
import { ReferenceNotFoundError, schemaPlace, UnsupportedKeywordError } from "../errors.ts";

/** Keywords whose value is data, not schemas. */
const DATA: ReadonlySet<string> = new Set(["const", "enum", "default", "examples", "example"]);

/** What a reference points at. */
export interface ReferenceTarget {
  readonly pointer: string;
  readonly schema: unknown;
}

/** Finds what references point at inside one schema document. */
export class SchemaDocument {
  readonly #root: unknown;
  readonly #id: string | undefined;
  #anchors: ReadonlyMap<string, ReferenceTarget> | undefined;

  constructor(root: unknown) {
    this.#root = root;
    const id = isObject(root) ? root["$id"] : undefined;
    this.#id = typeof id === "string" ? id.replace(/#$/, "") : undefined;
  }

  /** @param from pointer of the schema that holds the reference, for errors. */
  resolve(reference: string, from: string): ReferenceTarget {
    const hash = reference.indexOf("#");
    const base = hash < 0 ? reference : reference.slice(0, hash);
    if (base !== "" && base !== this.#id) {
      throw new UnsupportedKeywordError(
        `The $ref ${JSON.stringify(reference)} at ${schemaPlace(from)} leaves the document. ` +
          "Only references inside the schema are followed: put the target under $defs and refer to #/$defs/….",
        { pointer: from, keyword: "$ref" },
      );
    }
    const fragment = hash < 0 ? "" : decodeFragment(reference.slice(hash + 1));
    const target = fragment === "" || fragment.startsWith("/") ? this.#find(fragment) : this.#anchor(fragment);
    if (target === undefined) throw this.#notFound(reference, from);
    return target;
  }

  #find(pointer: string): ReferenceTarget | undefined {
    const path = parseJsonPointer(pointer);
    if (path === undefined) return undefined;
    let part: unknown = this.#root;
    for (const token of path) {
      if (typeof part !== "object" || part === null || !Object.hasOwn(part, token)) return undefined;
      part = Reflect.get(part, token);
    }
    return isObject(part) || typeof part === "boolean" ? { pointer, schema: part } : undefined;
  }

  #anchor(name: string): ReferenceTarget | undefined {
    this.#anchors ??= collectAnchors(this.#root);
    return this.#anchors.get(name);
  }

  #notFound(reference: string, from: string): ReferenceNotFoundError {
    const names = isObject(this.#root)
      ? ["$defs", "definitions"].flatMap((keyword) => {
          const definitions = isObject(this.#root) ? this.#root[keyword] : undefined;
          return isObject(definitions)
            ? Object.keys(definitions).map((name) => `#/${keyword}${pointerToken(name)}`)
            : [];
        })
      : [];
    const guess = nearest(reference, names);
    const hint =
      guess !== undefined
        ? ` Did you mean ${guess}?`
        : ` Defined are: ${names.length === 0 ? "none" : names.join(", ")}.`;
    return new ReferenceNotFoundError(
      `The $ref ${JSON.stringify(reference)} at ${schemaPlace(from)} points at nothing.${hint}`,
      {
        pointer: from,
        keyword: "$ref",
      },
    );
  }
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function collectAnchors(root: unknown): ReadonlyMap<string, ReferenceTarget> {
  const anchors = new Map<string, ReferenceTarget>();
  const pending: ReferenceTarget[] = [{ pointer: "", schema: root }];
  const seen = new Set<unknown>();
  for (let target = pending.pop(); target !== undefined; target = pending.pop()) {
    const { pointer, schema } = target;
    if (typeof schema !== "object" || schema === null || seen.has(schema)) continue;
    seen.add(schema);
    for (const [key, part] of Object.entries(schema)) {
      if (key === "$anchor" && typeof part === "string") anchors.set(part, target);
      // Draft 7 writes anchors as an $id that is only a fragment.
      else if (key === "$id" && typeof part === "string" && part.startsWith("#")) anchors.set(part.slice(1), target);
      else if (!DATA.has(key)) pending.push({ pointer: pointer + pointerToken(key), schema: part });
    }
  }
  return anchors;
}
