const POOLED = 256;

/** The first 32 hexadecimal digits of a digest as a UUID of version 4. */
export function uuidFromHex(digest: string): string {
  const variant = "89ab".charAt(Number.parseInt(digest.charAt(16), 16) & 3);
  return (
    `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-` +
    `${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
  );
}

/** Random bytes, drawn many at a time: one call of the operating system serves 256 ids. */
class RandomPool {
  readonly #hex: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
  readonly #bytes = new Uint8Array(16 * POOLED);
  #at: number = this.#bytes.length;

  uuid(): string {
    const bytes = this.#bytes;
    if (this.#at === bytes.length) {
      globalThis.crypto.getRandomValues(bytes);
      this.#at = 0;
    }
    const at = this.#at;
    bytes[at + 6] = ((bytes[at + 6] ?? 0) & 0x0f) | 0x40;
    bytes[at + 8] = ((bytes[at + 8] ?? 0) & 0x3f) | 0x80;
    let text = "";
    for (let index = 0; index < 16; index += 1) {
      text += this.#hex[bytes[at + index] ?? 0] ?? "";
      if (index === 3 || index === 5 || index === 7 || index === 9) text += "-";
      // What was given out is gone from memory: an id may serve as a secret.
      bytes[at + index] = 0;
    }
    this.#at = at + 16;
    return text;
  }
}

let pool: RandomPool | undefined;

/** A random UUID v4. */
export function randomUuid(): string {
  pool ??= new RandomPool();
  return pool.uuid();
}
