import { ValueError } from "../errors/kinds.ts";

const PREFIX = "type.googleapis.com/";

/** The wire tags of `google.protobuf.Any`: `string type_url = 1`, `bytes value = 2`. */
const TYPE_URL_TAG = 0x0a;
const VALUE_TAG = 0x12;

/** What a packed message holds. */
export interface PackedAny {
  readonly typeUrl: string;
  /** The part of the URL after its last slash. */
  readonly typeName: string;
  readonly value: Uint8Array;
}

/** Writes `google.protobuf.Any` with the URL `type.googleapis.com/<full name>`. */
export function packAny(typeName: string, value: Uint8Array): Uint8Array {
  const url = new TextEncoder().encode(PREFIX + typeName);
  // As protobuf does, an empty value is left out.
  const head = [TYPE_URL_TAG, ...varint(url.length), ...url];
  return Uint8Array.from(value.length === 0 ? head : [...head, VALUE_TAG, ...varint(value.length), ...value]);
}

/** Reads `google.protobuf.Any`; unknown fields are skipped. @throws ValueError for bytes that are none. */
export function unpackAny(bytes: Uint8Array): PackedAny {
  const reader = new Reader(bytes);
  let typeUrl = "";
  let value: Uint8Array = new Uint8Array();
  while (!reader.atEnd) {
    const tag = reader.varint();
    if (tag === TYPE_URL_TAG) typeUrl = new TextDecoder().decode(reader.bytes());
    else if (tag === VALUE_TAG) value = reader.bytes();
    else reader.skip(tag & 7);
  }
  return { typeUrl, typeName: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value };
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw malformed();
      this.#at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed();
  }

  bytes(): Uint8Array {
    const length = this.varint();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw malformed();
    const part = this.#bytes.slice(this.#at, end);
    this.#at = end;
    return part;
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.#at += 8;
    else if (wireType === 2) this.bytes();
    else if (wireType === 5) this.#at += 4;
    else throw malformed();
    if (this.#at > this.#bytes.length) throw malformed();
  }
}

function malformed(): ValueError {
  return new ValueError("The bytes are no google.protobuf.Any.", { code: "ERR_MESSAGE_INVALID" });
}
