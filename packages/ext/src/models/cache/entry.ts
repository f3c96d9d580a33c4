import { createResultFromJson, createResultToJson, isObject, type CreateResult, type Json } from "@tesserae/core";

/** What is kept of one call: a result, or all that a stream gave. */
export type CacheEntry = CreateResult | readonly (string | CreateResult)[];

/** An entry as JSON, which every store can keep, and which nobody can change afterwards. */
export function entryToJson(entry: CacheEntry): Json {
  return isList(entry)
    ? entry.map((item) => (typeof item === "string" ? item : createResultToJson(item)))
    : createResultToJson(entry);
}

/**
 * Reads what a store gave: JSON, or the text of it. `undefined` for everything else, and for a list without a result: they
 * count as not kept. Each result is a new object that says that a cache gave it, and that it cost nothing.
 */
export function entryFromStore(value: unknown): CacheEntry | undefined {
  try {
    const json: unknown = typeof value === "string" ? JSON.parse(value) : value;
    if (!Array.isArray(json)) return isObject(json) ? cached(json) : undefined;
    const items = json.map((item) => (typeof item === "string" ? item : cached(item)));
    return items.some((item) => typeof item !== "string") ? items : undefined;
  } catch {
    // Text that is no JSON, or JSON of another shape.
    return undefined;
  }
}

/** The result of an entry; a stream's is its last item of this kind. */
export function resultOf(entry: CacheEntry): CreateResult | undefined {
  return isList(entry) ? entry.findLast((item) => typeof item !== "string") : entry;
}

/** The items of an entry, as a stream gives them. */
export function itemsOf(entry: CacheEntry): readonly (string | CreateResult)[] {
  if (isList(entry)) return entry;
  return typeof entry.content === "string" && entry.content !== "" ? [entry.content, entry] : [entry];
}

function isList(entry: CacheEntry): entry is readonly (string | CreateResult)[] {
  return Array.isArray(entry);
}

function cached(json: unknown): CreateResult {
  return { ...createResultFromJson(json), cached: true, cost: 0 };
}
