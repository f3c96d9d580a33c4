import { isRawObject } from "./raw-object.ts";

/** A string in a JSON value, with what is needed to put something else in its place. */
export interface StringInJson {
  readonly text: string;
  readonly pointer: string;
  /** The name of the member that holds it; that of the list, where it is an item. */
  readonly name: string;
  /** The object around it, where it is a member of one. */
  readonly siblings: Readonly<Record<string, unknown>>;
  replace(value: unknown): void;
}

/**
 * The strings of a JSON value that have at least so many characters, in their order. The value may be changed through
 * them, as it goes.
 */
export function* stringsInJson(
  value: unknown,
  minLength: number,
  pointer: string,
  name: string = "",
): Generator<StringInJson> {
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    for (const [index, item] of list.entries()) {
      const place = `${pointer}/${index}`;
      if (typeof item !== "string") yield* stringsInJson(item, minLength, place, name);
      else if (item.length >= minLength) {
        yield { text: item, pointer: place, name, siblings: {}, replace: (other) => void (list[index] = other) };
      }
    }
    return;
  }
  if (!isRawObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const place = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (typeof item !== "string") yield* stringsInJson(item, minLength, place, key);
    else if (item.length >= minLength) {
      yield {
        text: item,
        pointer: place,
        name: key,
        siblings: value,
        // Not by assignment: a member may be called __proto__.
        replace: (other) => void Object.defineProperty(value, key, { ...OWN, value: other }),
      };
    }
  }
}

const OWN = { configurable: true, enumerable: true, writable: true };
