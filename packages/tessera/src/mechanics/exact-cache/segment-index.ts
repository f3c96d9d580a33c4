/** A segment as the index knows it. */
export interface KnownSegment {
  readonly id: number;
  /** What it takes on disk. */
  readonly bytes: number;
  /** When the last of its entries expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** Its keys in hexadecimal digits. */
  readonly keys: readonly string[];
}

interface Held {
  readonly bytes: number;
  readonly expiresAt: number;
  readonly names: Float64Array;
  /** How many of its entries are in force. */
  live: number;
}

/** Of a key so many hexadecimal digits stand for it: as many as a number holds exactly. */
const NAME_DIGITS = 12;

/**
 * Where each entry lies. Keys stand in it by 48 bits: of two that share them the later one is found, and the other is as if
 * it were not stored. An entry takes about 60 bytes.
 */
export class SegmentIndex {
  readonly #places = new Map<number, number>();
  /** The oldest first. */
  readonly #segments = new Map<number, Held>();
  /** Entries that were used since they were written. */
  readonly #used = new Set<number>();
  #bytes = 0;

  /** On disk. */
  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#places.size;
  }

  /** The segments, the oldest first; one that is added meanwhile comes last. */
  ids(): Iterable<number> {
    return this.#segments.keys();
  }

  /** The segments of which nothing is in force at a moment. */
  over(at: number): readonly number[] {
    return [...this.#segments].filter(([, { live, expiresAt }]) => live === 0 || expiresAt <= at).map(([id]) => id);
  }

  add({ id, bytes, expiresAt, keys }: KnownSegment): void {
    const names = Float64Array.from(keys, nameOf);
    this.#segments.set(id, { bytes, expiresAt, names, live: keys.length });
    this.#bytes += bytes;
    for (const name of names) {
      this.#leave(name);
      this.#places.set(name, id);
    }
  }

  /** Takes a segment out, with what of its entries is in force; gives how many those were. */
  drop(id: number): number {
    const segment = this.#segments.get(id);
    if (segment === undefined) return 0;
    this.#segments.delete(id);
    this.#bytes -= segment.bytes;
    for (const name of segment.names) {
      if (this.#places.get(name) === id) this.#forget(name);
    }
    return segment.live;
  }

  /** Takes an entry out. */
  remove(key: string): void {
    const name = nameOf(key);
    this.#leave(name);
    this.#forget(name);
  }

  /** The segment of an entry. */
  segmentOf(key: string): number | undefined {
    return this.#places.get(nameOf(key));
  }

  use(key: string): void {
    const name = nameOf(key);
    if (this.#places.has(name)) this.#used.add(name);
  }

  isUsed(key: string): boolean {
    return this.#used.has(nameOf(key));
  }

  hasUsed(id: number): boolean {
    const names = this.#segments.get(id)?.names ?? [];
    return names.some((name) => this.#used.has(name) && this.#places.get(name) === id);
  }

  #leave(name: number): void {
    const before = this.#places.get(name);
    const segment = before === undefined ? undefined : this.#segments.get(before);
    if (segment !== undefined) segment.live -= 1;
    this.#used.delete(name);
  }

  #forget(name: number): void {
    this.#places.delete(name);
    this.#used.delete(name);
  }
}

function nameOf(key: string): number {
  return Number.parseInt(key.slice(0, NAME_DIGITS), 16);
}
