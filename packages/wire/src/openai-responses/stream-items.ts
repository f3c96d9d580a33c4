import { isRawObject, listOf, objectOf, textOf, type RawObject } from "../json.ts";

type OpenItem = Record<string, unknown>;

/** The output items of a response that is being streamed, each as whole as it is known. */
export class StreamItems {
  readonly #items = new Map<number, OpenItem>();

  /** An item as the server announces it, or as it is when it is done. */
  set(index: unknown, item: RawObject): OpenItem {
    const copy: OpenItem = { ...item };
    // Parts grow in place, so they must be our own.
    for (const list of ["content", "summary"]) {
      const parts = item[list];
      if (Array.isArray(parts)) copy[list] = parts.map((part: unknown) => (isRawObject(part) ? { ...part } : part));
    }
    this.#items.set(placeOf(index), copy);
    return copy;
  }

  /** The item at this place; one that was never announced begins as `type`. */
  at(index: unknown, type: string): OpenItem {
    return this.#items.get(placeOf(index)) ?? this.set(index, { type });
  }

  has(index: unknown): boolean {
    return this.#items.has(placeOf(index));
  }

  /** Adds to the text of one part of an item; `list` and `type` say which kind of part. */
  addToPart(item: OpenItem, list: "content" | "summary", place: unknown, type: string, text: string): void {
    const given = item[list];
    const parts: unknown[] = Array.isArray(given) ? given : [];
    if (parts !== given) item[list] = parts;
    const at = placeOf(place);
    const key = type === "refusal" ? "refusal" : "text";
    const part: unknown = parts[at];
    if (isOpen(part)) part[key] = textOf(part[key]) + text;
    else parts[at] = { type, [key]: text };
  }

  /** The items in the order of the response. */
  toList(): readonly RawObject[] {
    return [...this.#items.entries()].sort(([a], [b]) => a - b).map(([, item]) => item);
  }
}

/** All text of the parts of an item's list, of one key, in order. */
export function partText(item: RawObject, list: "content" | "summary", key: "text" | "refusal"): string {
  let text = "";
  for (const part of listOf(item[list])) text += textOf(objectOf(part)[key]);
  return text;
}

function isOpen(value: unknown): value is OpenItem {
  return isRawObject(value);
}

function placeOf(index: unknown): number {
  return typeof index === "number" && index >= 0 && index < 100_000 ? Math.floor(index) : 0;
}
