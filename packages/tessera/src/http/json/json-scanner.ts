/** A member of an object in JSON text, by the places of its bytes. */
export interface Member {
  readonly name: string;
  /** The first byte of the name's opening quote. */
  readonly keyStart: number;
  /** The first byte of the value, and the one after its last. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** An object in JSON text, looked at one level deep. */
export interface ScannedObject {
  readonly members: readonly Member[];
  /** The opening brace, and the byte after the closing one. */
  readonly start: number;
  readonly end: number;
  /** Whether two members of the object bear the same name. */
  readonly hasDuplicates: boolean;
}

/** The text is no JSON object, or is nested too deeply. */
export class JsonFault extends Error {
  /** Where, in bytes from the start. */
  readonly at: number;
  readonly reason: "syntax" | "depth";

  constructor(reason: "syntax" | "depth", at: number) {
    super(reason === "depth" ? `nested more than ${MAX_DEPTH} levels deep` : `unexpected at byte ${at}`);
    this.reason = reason;
    this.at = at;
  }
}

/** How deeply arrays and objects may lie in one another. */
const MAX_DEPTH = 200;
/** Strings up to this length are walked through; the end of longer ones is searched for, which is faster there. */
const SHORT = 24;
/** From so many members on, names are compared through a set. */
const MANY = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Finds the members of one object in JSON text without parsing it: names and spans, no values. Everything outside of
 * strings is checked as `JSON.parse` checks it; what is inside of strings is not looked at, so that a long prompt costs
 * next to nothing. One scanner serves any number of texts, one after the other.
 */
export class JsonScanner {
  #bytes: Buffer = Buffer.alloc(0);
  readonly #closers = new Uint8Array(MAX_DEPTH + 1);
  #depth = 0;

  /** The members of the object that is the whole text. Throws {@link JsonFault}. */
  scan(bytes: Buffer): ScannedObject {
    this.#bytes = bytes;
    // A byte-order mark is accepted, as by those who decode the bytes before they parse them.
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    const object = this.#object(this.#space(hasMark ? 3 : 0));
    const end = this.#space(object.end);
    this.#bytes = EMPTY;
    if (end !== bytes.length) throw new JsonFault("syntax", end);
    return object;
  }

  /** The members of an object inside a text that was scanned before; `undefined` where no object begins at `start`. */
  scanInside(bytes: Buffer, start: number): ScannedObject | undefined {
    if (bytes[start] !== OPEN_BRACE) return undefined;
    this.#bytes = bytes;
    const object = this.#object(start);
    this.#bytes = EMPTY;
    return object;
  }

  #object(start: number): ScannedObject {
    this.#depth = 0;
    if (this.#bytes[start] !== OPEN_BRACE) throw new JsonFault("syntax", start);
    this.#push(CLOSE_BRACE, start);
    const members: Member[] = [];
    let at = this.#space(start + 1);
    if (this.#bytes[at] === CLOSE_BRACE) return { members, start, end: at + 1, hasDuplicates: false };
    for (;;) {
      const keyEnd = this.#string(at);
      const valueStart = this.#afterColon(keyEnd);
      const valueEnd = this.#value(valueStart);
      members.push({ name: this.#name(at + 1, keyEnd - 1), keyStart: at, valueStart, valueEnd });
      at = this.#space(valueEnd);
      const byte = this.#bytes[at];
      if (byte === CLOSE_BRACE) return { members, start, end: at + 1, hasDuplicates: hasDuplicates(members) };
      if (byte !== COMMA) throw new JsonFault("syntax", at);
      at = this.#space(at + 1);
    }
  }

  /** The end of the value that begins at `at`. Without recursion: the caller decides how deep the text is. */
  #value(start: number): number {
    const bytes = this.#bytes;
    const base = this.#depth;
    let at = start;
    for (;;) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        at = this.#string(at);
      } else if (byte === OPEN_BRACE) {
        this.#push(CLOSE_BRACE, at);
        at = this.#space(at + 1);
        if (bytes[at] !== CLOSE_BRACE) {
          at = this.#afterColon(this.#string(at));
          continue;
        }
        this.#depth -= 1;
        at += 1;
      } else if (byte === OPEN_BRACKET) {
        this.#push(CLOSE_BRACKET, at);
        at = this.#space(at + 1);
        if (bytes[at] !== CLOSE_BRACKET) continue;
        this.#depth -= 1;
        at += 1;
      } else {
        at = this.#scalar(at);
      }
      at = this.#close(at, base);
      if (this.#depth === base) return at;
    }
  }

  /** Goes on after a value: past what closes, to the beginning of the next value. */
  #close(start: number, base: number): number {
    const bytes = this.#bytes;
    let at = start;
    while (this.#depth > base) {
      at = this.#space(at);
      const closer = this.#closers[this.#depth];
      const byte = bytes[at];
      if (byte === closer) {
        this.#depth -= 1;
        at += 1;
      } else if (byte === COMMA) {
        at = this.#space(at + 1);
        return closer === CLOSE_BRACE ? this.#afterColon(this.#string(at)) : at;
      } else {
        throw new JsonFault("syntax", at);
      }
    }
    return at;
  }

  #push(closer: number, at: number): void {
    if (this.#depth === MAX_DEPTH) throw new JsonFault("depth", at);
    this.#depth += 1;
    this.#closers[this.#depth] = closer;
  }

  /** The byte after the closing quote of the string that begins at `start`. */
  #string(start: number): number {
    const bytes = this.#bytes;
    if (bytes[start] !== QUOTE) throw new JsonFault("syntax", start);
    let at = start + 1;
    const near = Math.min(at + SHORT, bytes.length);
    while (at < near) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      at += byte === BACKSLASH ? 2 : 1;
    }
    for (;;) {
      at = bytes.indexOf(QUOTE, at);
      if (at === -1) throw new JsonFault("syntax", bytes.length);
      let before = at - 1;
      while (bytes[before] === BACKSLASH) before -= 1;
      // An even number of backslashes escape one another; an odd one escapes the quote.
      if ((at - before) % 2 === 1) return at + 1;
      at += 1;
    }
  }

  #afterColon(keyEnd: number): number {
    const at = this.#space(keyEnd);
    if (this.#bytes[at] !== COLON) throw new JsonFault("syntax", at);
    return this.#space(at + 1);
  }

  #space(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    for (;;) {
      const byte = bytes[at];
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) at += 1;
      else return at;
    }
  }

  /** A number, `true`, `false` or `null`. */
  #scalar(start: number): number {
    const bytes = this.#bytes;
    let end = start;
    while (isWordByte(bytes[end])) end += 1;
    // Longer words than any number that means something are still numbers; they are only met in tests.
    if (!SCALAR.test(bytes.toString("latin1", start, end))) throw new JsonFault("syntax", start);
    return end;
  }

  #name(start: number, end: number): string {
    const name = this.#bytes.toString("latin1", start, end);
    if (!name.includes("\\")) return name;
    // As latin1 too, so that names which say the same are the same text.
    const parsed: unknown = parseString(this.#bytes.toString("utf8", start - 1, end + 1));
    return typeof parsed === "string" ? Buffer.from(parsed).toString("latin1") : name;
  }
}

const EMPTY = Buffer.alloc(0);
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)$/;

function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}

function hasDuplicates(members: readonly Member[]): boolean {
  if (members.length > MANY) return new Set(members.map(({ name }) => name)).size < members.length;
  for (let later = 1; later < members.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      if (members[later]?.name === members[earlier]?.name) return true;
    }
  }
  return false;
}

function parseString(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
