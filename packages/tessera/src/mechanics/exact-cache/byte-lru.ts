/** What a key and its place in the map cost beside the value, roughly. */
const OVERHEAD_BYTES = 512;

/** The values that were used last, as many as fit into a number of bytes. */
export class ByteLru<Key, Value> {
  readonly #maxBytes: number;
  /** A map keeps its order of insertion: what was used is inserted anew, so the first is the one to go. */
  readonly #slots = new Map<Key, { readonly value: Value; bytes: number }>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** The value, which counts as used now. */
  get(key: Key): Value | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    return slot.value;
  }

  /** Puts a value in, of so many bytes; what does not fit beside it goes. */
  set(key: Key, value: Value, bytes: number): void {
    this.delete(key);
    const cost = bytes + OVERHEAD_BYTES;
    if (cost > this.#maxBytes) return;
    this.#slots.set(key, { value, bytes: cost });
    this.#bytes += cost;
    this.#makeRoom();
  }

  /** Says that a value that is here has grown. */
  grow(key: Key, bytes: number): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    slot.bytes += bytes;
    this.#bytes += bytes;
    this.#makeRoom();
  }

  delete(key: Key): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#bytes -= slot.bytes;
    return this.#slots.delete(key);
  }

  clear(): void {
    this.#slots.clear();
    this.#bytes = 0;
  }

  /** Takes out the values that pass the test; gives their keys. */
  deleteWhere(matches: (value: Value) => boolean): Key[] {
    const gone = [...this.#slots].filter(([, { value }]) => matches(value)).map(([key]) => key);
    for (const key of gone) this.delete(key);
    return gone;
  }

  #makeRoom(): void {
    for (const key of this.#slots.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.delete(key);
    }
  }
}
