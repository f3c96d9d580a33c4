import { isRawObject } from "@tesserae/wire";

/** How two JSON values differ. */
export interface Difference {
  /** In how many places. */
  readonly count: number;
  /** The first place, for people: its JSON pointer, what was asked and what is known. */
  readonly first: string;
}

/** Compares what was asked with what is known. Looks no further when there are more than `most` differences. */
export function differenceOf(asked: unknown, known: unknown, most: number = Number.POSITIVE_INFINITY): Difference {
  let count = 0;
  let first = "";
  const compare = (a: unknown, b: unknown, pointer: string): void => {
    if (count > most || a === b) return;
    const isList = Array.isArray(a) && Array.isArray(b);
    if (isList || (isRawObject(a) && isRawObject(b))) {
      for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
        compare(Reflect.get(a, name), Reflect.get(b, name), `${pointer}/${escaped(name)}`);
      }
      return;
    }
    count += 1;
    if (count === 1) first = `${pointer === "" ? "the whole" : pointer} (asked ${shown(a)}, known ${shown(b)})`;
  };
  compare(asked, known, "");
  return { count, first };
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
