/** So many different keys are told apart. Keys come from logs and could be as many as there are events. */
export const MAXIMUM_KEYS = 10_000;

/** The key of all that came after the last one that was told apart. */
export const OTHER = "(other)";

/** Values by key, made on first use; bounded, and sums over all values stay right. */
export class BoundedMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #make: (key: string) => Value;
  readonly #maximum: number;
  /** The last key that was told apart: often the next one is the same. */
  #lastKey: string | undefined;
  #lastValue: Value | undefined;

  constructor(make: (key: string) => Value, maximum: number = MAXIMUM_KEYS) {
    this.#make = make;
    this.#maximum = maximum;
  }

  /** The value of a key, or of all keys that are too many. */
  at(key: string): Value {
    if (key === this.#lastKey && this.#lastValue !== undefined) return this.#lastValue;
    const value = this.#find(key);
    this.#lastKey = key;
    this.#lastValue = value;
    return value;
  }

  /** All keys with what `read` makes of their values, in order of `compare` where given, else as they came. */
  entries<Read>(
    read: (value: Value) => Read,
    compare?: (a: readonly [string, Read], b: readonly [string, Read]) => number,
  ): [string, Read][] {
    const entries = Array.from(this.#values, ([key, value]): [string, Read] => [key, read(value)]);
    return compare === undefined ? entries : entries.sort(compare);
  }

  #find(key: string): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    if (this.#values.size >= this.#maximum && key !== OTHER) return this.#find(OTHER);
    const made = this.#make(key);
    this.#values.set(key, made);
    return made;
  }
}
