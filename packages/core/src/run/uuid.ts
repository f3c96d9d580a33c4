const POOLED = 256;

/** The first 32 hexadecimal digits of a digest as a UUID of version 4. */
export function uuidFromHex(digest: string): string {
  const variant = "89ab".charAt(Number.parseInt(digest.charAt(16), 16) & 3);
  return (
    `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-` +
    `${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
  );
}

const HYPHEN = 0x2d;
/** Where the first of a byte's two digits stands in the text. */
const PLACES: readonly number[] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** The code of a hexadecimal digit. */
function digit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

/** Random bytes, drawn many at a time: one call of the operating system serves 256 ids. */
class RandomPool {
  readonly #bytes = new Uint8Array(16 * POOLED);
  /** The text as codes: it is made in one piece, where pieces that are added up make a tree that is costly to read. */
  readonly #codes: number[] = Array.from({ length: 36 }, () => HYPHEN);
  #at: number = this.#bytes.length;

  uuid(): string {
    const bytes = this.#bytes;
    const codes = this.#codes;
    if (this.#at === bytes.length) {
      globalThis.crypto.getRandomValues(bytes);
      this.#at = 0;
    }
    const at = this.#at;
    bytes[at + 6] = ((bytes[at + 6] ?? 0) & 0x0f) | 0x40;
    bytes[at + 8] = ((bytes[at + 8] ?? 0) & 0x3f) | 0x80;
    for (let index = 0; index < 16; index += 1) {
      const byte = bytes[at + index] ?? 0;
      const place = PLACES[index] ?? 0;
      codes[place] = digit(byte >> 4);
      codes[place + 1] = digit(byte & 15);
      // What was given out is gone from memory: an id may serve as a secret.
      bytes[at + index] = 0;
    }
    this.#at = at + 16;
    return String.fromCharCode(...codes);
  }
}

let pool: RandomPool | undefined;

/** A random UUID v4. */
export function randomUuid(): string {
  pool ??= new RandomPool();
  return pool.uuid();
}
