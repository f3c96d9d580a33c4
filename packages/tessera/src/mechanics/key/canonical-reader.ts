import { isAscii, isUtf8 } from "node:buffer";

/** Why a request has no key: a word for `x-tessera-cache: ineligible:<reason>`. */
export class Ineligible extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** What a reading of a body leaves out of its canonical text, or puts in another's place. */
export interface Reading {
  /** The model that takes the place of the body's. */
  readonly model: string;
  /** Leaves out who the end user is. */
  readonly ignoreUser: boolean;
}

/** The body of a request in canonical form. */
export interface CanonicalBody {
  /** Canonical JSON (RFC 8785) without what does not change the answer. */
  readonly text: string;
  /** The canonical text of each member of the body as it came, by its name. */
  readonly members: ReadonlyMap<string, string>;
  /** The canonical text of the `type` of each entry of `tools` that has one. */
  readonly toolTypes: readonly string[];
  /** Canonical text of `metadata.user_id`. */
  readonly userId: string | undefined;
}

/** Members of the body that say how an answer is delivered, priced or cached, not what it is. */
const DELIVERY: ReadonlySet<string> = new Set([
  "stream",
  "stream_options",
  "service_tier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "prompt_cache_options",
]);
const USER: ReadonlySet<string> = new Set(["user", "safety_identifier"]);
/** Marks of the providers' prompt caches, at any depth but in the caller's own data. */
const CACHE_MARKS: ReadonlySet<string> = new Set(["cache_control", "prompt_cache_breakpoint"]);
/** Below these the names are the caller's own: schemas of tools and answers, and inputs of tools. */
const OWN_DATA: ReadonlySet<string> = new Set(["input_schema", "parameters", "schema", "input"]);

const MAX_DEPTH = 200;
/** Up to so many members are put in order as they come; hostile bodies with more are sorted at the end. */
const FEW = 24;
const CONTROL = /[\u0000-\u001f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Reads a request's JSON straight into its canonical text, in one pass and without making values: what is canonical already
 * is taken as it stands. One reader serves any number of bodies, one after the other.
 */
export class CanonicalReader {
  #text = "";
  #at = 0;
  #depth = 0;
  /** The first backslash at or after the last string's beginning. */
  #backslash = -1;
  #hasControls = false;
  #reading: Reading = { model: "", ignoreUser: false };
  /** The member of the body that is being read, and how many members of the caller's own data are open. */
  #member = "";
  #ownData = 0;
  #members = new Map<string, string>();
  #toolTypes: string[] = [];
  #userId: string | undefined;

  /** @throws Ineligible where the body is no JSON object, or one whose meaning its readers may not agree on. */
  read(body: Buffer, reading: Reading): CanonicalBody {
    if (!isAscii(body)) {
      if (!isUtf8(body)) throw new Ineligible("utf8");
      this.#text = body.toString("utf8");
    } else {
      this.#text = body.toString("latin1");
    }
    this.#reading = reading;
    this.#at = 0;
    this.#depth = 0;
    this.#ownData = 0;
    this.#backslash = -1;
    this.#hasControls = CONTROL.test(this.#text);
    this.#members = new Map();
    this.#toolTypes = [];
    this.#userId = undefined;
    this.#space();
    if (this.#text.charCodeAt(this.#at) !== OPEN_BRACE) throw new Ineligible("json");
    const text = this.#object();
    this.#space();
    if (this.#at !== this.#text.length) throw new Ineligible("json");
    this.#text = "";
    return { text, members: this.#members, toolTypes: this.#toolTypes, userId: this.#userId };
  }

  #value(): string {
    const code = this.#text.charCodeAt(this.#at);
    if (code === QUOTE) return this.#string();
    if (code === OPEN_BRACE) return this.#object();
    if (code === OPEN_BRACKET) return this.#array();
    if (code === MINUS || (code >= ZERO && code <= NINE)) return this.#number();
    for (const word of ["true", "false", "null"]) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return word;
    }
    throw new Ineligible("json");
  }

  #object(): string {
    this.#open();
    const names: string[] = [];
    // `"name":value`, in the order of the names; `""` for what is left out.
    const texts: string[] = [];
    if (this.#text.charCodeAt(this.#at) === CLOSE_BRACE) {
      this.#close();
      return "{}";
    }
    for (;;) {
      if (this.#text.charCodeAt(this.#at) !== QUOTE) throw new Ineligible("json");
      const written = this.#string();
      const name = written.includes("\\") ? decoded(written) : written.slice(1, -1);
      this.#space();
      if (this.#text.charCodeAt(this.#at) !== COLON) throw new Ineligible("json");
      this.#at += 1;
      this.#space();
      const text = this.#memberText(name, written);
      if (names.length < FEW) {
        insert(names, texts, name, text);
      } else {
        names.push(name);
        texts.push(text);
      }
      this.#space();
      const code = this.#text.charCodeAt(this.#at);
      if (code === CLOSE_BRACE) break;
      if (code !== COMMA) throw new Ineligible("json");
      this.#at += 1;
      this.#space();
    }
    this.#close();
    return joined(names.length > FEW ? sorted(names, texts) : texts);
  }

  /** The canonical text of a member whose value begins here; `""` where the member is left out. */
  #memberText(name: string, written: string): string {
    const depth = this.#depth;
    if (depth === 1) this.#member = name;
    const isOwn = OWN_DATA.has(name) && depth > 1;
    if (isOwn) this.#ownData += 1;
    const value = this.#value();
    if (isOwn) this.#ownData -= 1;
    if (depth === 1) {
      this.#members.set(name, value);
      if (name === "model") return `"model":${JSON.stringify(this.#reading.model)}`;
      if (DELIVERY.has(name) || name.startsWith("tessera_") || (name === "n" && value === "1")) return "";
      if (this.#reading.ignoreUser && USER.has(name)) return "";
    } else if (depth === 2 && this.#member === "metadata" && name === "user_id") {
      this.#userId = value;
      if (this.#reading.ignoreUser) return "";
    } else if (depth === 3 && this.#member === "tools" && name === "type") {
      this.#toolTypes.push(value);
    }
    if (this.#ownData === 0 && CACHE_MARKS.has(name)) return "";
    return `${written}:${value}`;
  }

  #array(): string {
    this.#open();
    if (this.#text.charCodeAt(this.#at) === CLOSE_BRACKET) {
      this.#close();
      return "[]";
    }
    let text = `[${this.#value()}`;
    for (;;) {
      this.#space();
      const code = this.#text.charCodeAt(this.#at);
      if (code === CLOSE_BRACKET) break;
      if (code !== COMMA) throw new Ineligible("json");
      this.#at += 1;
      this.#space();
      text += `,${this.#value()}`;
    }
    this.#close();
    return `${text}]`;
  }

  #open(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new Ineligible("depth");
    this.#at += 1;
    this.#space();
  }

  #close(): void {
    this.#depth -= 1;
    this.#at += 1;
  }

  /** The string that begins here, as canonical JSON writes it. */
  #string(): string {
    const text = this.#text;
    const start = this.#at;
    const end = text.indexOf('"', start + 1);
    if (end === -1) throw new Ineligible("json");
    if (this.#backslash < start) {
      const next = text.indexOf("\\", start);
      this.#backslash = next === -1 ? text.length : next;
    }
    if (this.#backslash > end) {
      const plain = text.slice(start, end + 1);
      if (this.#hasControls && CONTROL.test(plain)) throw new Ineligible("json");
      this.#at = end + 1;
      return plain;
    }
    return this.#escapedString(start);
  }

  /** The short escapes are canonical; of `\u` and `\/` one cannot say, so that the string is read and written anew. */
  #escapedString(start: number): string {
    const text = this.#text;
    let isCanonical = true;
    let quote = text.indexOf('"', start + 1);
    let backslash = this.#backslash;
    while (backslash < quote) {
      const escape = text[backslash + 1] ?? "";
      if (escape === "u" || escape === "/") isCanonical = false;
      else if (escape === "" || !'"\\bfnrt'.includes(escape)) throw new Ineligible("json");
      if (quote < backslash + 2) quote = text.indexOf('"', backslash + 2);
      if (quote === -1) throw new Ineligible("json");
      const next = text.indexOf("\\", backslash + 2);
      backslash = next === -1 ? text.length : next;
    }
    this.#backslash = backslash;
    this.#at = quote + 1;
    const written = text.slice(start, quote + 1);
    if (this.#hasControls && CONTROL.test(written)) throw new Ineligible("json");
    if (isCanonical) return written;
    const value = decoded(written);
    if (LONE_SURROGATE.test(value)) throw new Ineligible("surrogate");
    return JSON.stringify(value);
  }

  /** The number that begins here, as ECMAScript writes it. */
  #number(): string {
    const text = this.#text;
    const start = this.#at;
    let at = start + (text.charCodeAt(start) === MINUS ? 1 : 0);
    const digits = at;
    let code = text.charCodeAt(at);
    while (code >= ZERO && code <= NINE) code = text.charCodeAt(++at);
    const count = at - digits;
    const isPlain = code !== DOT && (code | 0x20) !== 0x65 && count > 0 && count < 16;
    if (isPlain && (count === 1 || text.charCodeAt(digits) !== ZERO)) {
      this.#at = at;
      const written = text.slice(start, at);
      return written === "-0" ? "0" : written;
    }
    NUMBER.lastIndex = start;
    const found = NUMBER.exec(text)?.[0];
    if (found === undefined) throw new Ineligible("json");
    this.#at = start + found.length;
    const value = Number(found);
    // Beyond 2^53 two numbers that were written differently may be one to a reader, and two to another.
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new Ineligible("number");
    return String(value);
  }

  #space(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }
}

function decoded(written: string): string {
  try {
    return String(JSON.parse(written));
  } catch {
    throw new Ineligible("json");
  }
}

/** Puts a member in its place among few. */
function insert(names: string[], texts: string[], name: string, text: string): void {
  let place = names.length;
  while (place > 0) {
    const before = names[place - 1] ?? "";
    if (before < name) break;
    if (before === name) throw new Ineligible("duplicate-key");
    place -= 1;
  }
  names.splice(place, 0, name);
  texts.splice(place, 0, text);
}

function sorted(names: readonly string[], texts: readonly string[]): string[] {
  const order = [...names.entries()].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  let before: string | undefined;
  return order.map(([place, name]) => {
    if (name === before) throw new Ineligible("duplicate-key");
    before = name;
    return texts[place] ?? "";
  });
}

function joined(texts: readonly string[]): string {
  let body = "";
  for (const text of texts) {
    if (text !== "") body += body === "" ? text : `,${text}`;
  }
  return `{${body}}`;
}
