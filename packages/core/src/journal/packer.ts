import { canonicalJson } from "../canonical-json.ts";
import { isObject, type Json } from "../json.ts";
import { sha256Hex } from "../sha256.ts";
import type { RequestPacker } from "./request-packer.ts";

/** Texts and parts longer than this many bytes of UTF-8 are blobs. */
const INLINE_BYTES = 256;
/** Parts of a list that are written together. */
const CHUNK = 16;

const REFERENCE = /^\$+[bl]$/;

/** The hash under which a blob is known. */
export function blobHash(data: Json): string {
  return hashOf(canonical(data));
}

function canonical(json: Json): string {
  return canonicalJson(json, { loneSurrogates: "escape" });
}

function hashOf(text: string): string {
  return sha256Hex(text).slice(0, 32);
}

/**
 * Writes JSON for a journal: what is large becomes a blob, written once, and a reference: `{"$b": hash}` for a value,
 * `{"$l": hash}` in a list for a run of its items. Keys of users that look like these get one more `$`.
 */
export class Packer implements RequestPacker {
  readonly #emit: (hash: string, data: Json) => void;
  readonly #written: Set<string>;
  readonly #parts = new WeakMap<object, Json>();
  /** The canonical JSON of parts and references, which come again in every request. */
  readonly #texts = new WeakMap<object, string>();
  readonly #chunks = new WeakMap<object, { readonly parts: readonly Json[]; readonly reference: Json }>();

  /** @param written the hashes of the blobs that the journal has. */
  constructor(emit: (hash: string, data: Json) => void, written: Iterable<string> = []) {
    this.#emit = emit;
    this.#written = new Set(written);
  }

  value(json: Json): Json {
    if (typeof json === "string") return isLong(json) ? this.blob(json) : json;
    if (typeof json !== "object" || json === null) return json;
    if (isList(json)) return json.map((item) => this.value(item));
    const packed: { [key: string]: Json } = {};
    for (const key of Object.keys(json)) {
      const item = json[key];
      if (item === undefined) continue;
      setKey(packed, key.startsWith("$") && REFERENCE.test(key) ? `$${key}` : key, this.value(item));
    }
    return packed;
  }

  part(key: object, make: () => Json): Json {
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const packed = this.value(make());
    const text = canonical(packed);
    const part = isLong(text) ? this.#reference("$b", hashOf(text), packed) : packed;
    if (part === packed && typeof packed === "object" && packed !== null) this.#texts.set(packed, text);
    this.#parts.set(key, part);
    return part;
  }

  list(parts: readonly Json[]): Json {
    let level = parts;
    let tail: readonly Json[] = [];
    // Only whole pieces are folded, from the front: they stay the same while the list grows.
    while (level.length > 2 * CHUNK) {
      const whole = level.length - (level.length % CHUNK);
      const chunks: Json[] = [];
      for (let at = 0; at < whole; at += CHUNK) chunks.push(this.#chunk(level.slice(at, at + CHUNK)));
      tail = [...level.slice(whole), ...tail];
      level = chunks;
    }
    return tail.length === 0 ? level : [...level, ...tail];
  }

  /** The hash of a packed request: the SHA-256 of its canonical JSON. Parts that come again are not written again for it. */
  requestHash(packed: Json): string {
    return sha256Hex(this.#canonical(packed));
  }

  #canonical(json: Json): string {
    if (typeof json !== "object" || json === null) return canonical(json);
    const known = this.#texts.get(json);
    if (known !== undefined) return known;
    if (isList(json)) return `[${json.map((item) => this.#canonical(item)).join(",")}]`;
    const members = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, item]) => `${canonical(key)}:${this.#canonical(item)}`).join(",")}}`;
  }

  /** A reference, whatever the size: for what is looked up by its hash. */
  blob(packed: Json): Json {
    return this.#reference("$b", blobHash(packed), packed);
  }

  /** The hash of a value that is written as a blob. */
  hashed(json: Json): string {
    const packed = this.value(json);
    const hash = blobHash(packed);
    this.#reference("$b", hash, packed);
    return hash;
  }

  #chunk(parts: readonly Json[]): Json {
    const [first] = parts;
    const key = typeof first === "object" && first !== null ? first : undefined;
    const known = key === undefined ? undefined : this.#chunks.get(key);
    if (known?.parts.every((part, index) => part === parts[index]) === true) return known.reference;
    const reference = this.#reference("$l", blobHash(parts), parts);
    if (key !== undefined) this.#chunks.set(key, { parts, reference });
    return reference;
  }

  #reference(key: "$b" | "$l", hash: string, data: Json): Json {
    if (!this.#written.has(hash)) {
      this.#written.add(hash);
      this.#emit(hash, data);
    }
    const reference = { [key]: hash };
    this.#texts.set(reference, `{"${key}":"${hash}"}`);
    return reference;
  }
}

/** Reads what a {@link Packer} wrote. `blob` gives the data of a hash, and throws for one that is not there. */
export function unpack(json: Json, blob: (hash: string) => Json): Json {
  if (typeof json !== "object" || json === null) return json;
  if (isList(json)) {
    return json.flatMap((item) => {
      const hash = isObject(item) ? onlyKey(item, "$l") : undefined;
      if (hash === undefined) return [unpack(item, blob)];
      const items = unpack(blob(hash), blob);
      return isList(items) ? items : [items];
    });
  }
  const hash = onlyKey(json, "$b");
  if (hash !== undefined) return unpack(blob(hash), blob);
  const value: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(json)) {
    setKey(value, REFERENCE.test(key) && key.length > 2 ? key.slice(1) : key, unpack(item, blob));
  }
  return value;
}

/** The string under the object's only key, when the key is this one. */
function onlyKey(value: object, key: "$b" | "$l"): string | undefined {
  const entries = Object.entries(value);
  const [first] = entries;
  return entries.length === 1 && first?.[0] === key && typeof first[1] === "string" ? first[1] : undefined;
}

/** `__proto__` is a key like any other. */
function setKey(target: { [key: string]: Json }, key: string, value: Json): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

/** True for a text of more than {@link INLINE_BYTES} bytes; counts only where the length does not tell. */
function isLong(text: string): boolean {
  if (text.length > INLINE_BYTES) return true;
  if (text.length * 3 <= INLINE_BYTES) return false;
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // A surrogate counts two: a pair has four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes > INLINE_BYTES;
}
