import { randomFillSync } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const POOL = 8192;
const BYTES = 10;
const TIME_CHARACTERS = 10;

/** Makes the ids of requests: `tsr_` and a ULID. Random bytes are drawn for many at once. */
export class RequestIds {
  readonly #pool = Buffer.allocUnsafe(POOL);
  #at = POOL;
  #time = -1;
  #timeText = "";

  next(now: number): string {
    if (this.#at + BYTES > POOL) {
      randomFillSync(this.#pool);
      this.#at = 0;
    }
    if (now !== this.#time) {
      this.#time = now;
      this.#timeText = `tsr_${base32(now, TIME_CHARACTERS)}`;
    }
    // Ten bytes are twice 40 bits, which are twice eight characters.
    const high = this.#pool.readUIntBE(this.#at, 5);
    const low = this.#pool.readUIntBE(this.#at + 5, 5);
    this.#at += BYTES;
    return this.#timeText + base32(high, 8) + base32(low, 8);
  }
}

function base32(value: number, length: number): string {
  let text = "";
  let rest = value;
  for (let place = 0; place < length; place++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
