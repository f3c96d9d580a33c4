import { isEvent } from "./parse-line.ts";
import type { TessenEvent } from "./tessen-event.ts";

/**
 * The event of a line without its bodies: the small members, which stand first and are all that sums need. `undefined`
 * where the whole line has to be parsed to know what it is: when another version or language wrote it, or when it may be
 * torn. Bodies are not parsed, but they are looked through to their end: a line that a crash tore is none of ours, even
 * where it happens to end with a brace.
 */
export function headOfLine(line: Buffer): TessenEvent | undefined {
  const mark = line.indexOf(WRITTEN_BY_US);
  if (mark === -1 || line[mark - 1] !== QUOTE) return undefined;
  const end = endOfHead(line, mark + WRITTEN_BY_US.length);
  // Zeros are what a file has where the disk lost power before its blocks were written.
  if (end === -1 || line.includes(0)) return undefined;
  const event = parse(endedAt(line, end));
  if (!isEvent(event) || event._tessen_lang !== "ts") return undefined;
  // Tags that are not recorded are computed from the bodies.
  return Array.isArray(event.quality_signals) ? event : undefined;
}

/** The text of a line up to a byte, in whose place a brace ends the event. */
function endedAt(line: Buffer, end: number): string {
  const byte = line[end] ?? BRACE;
  // For a moment in the line itself: to put a brace behind the text costs as much as to make the text.
  line[end] = BRACE;
  const text = line.toString("utf8", 0, end + 1);
  line[end] = byte;
  return text;
}

/** Stands in front of the bodies, in every event of ours. Without its first quote it is found twice as fast. */
const WRITTEN_BY_US = Buffer.from('_tessen_lang":"ts"');

const BODY_NAMES = ["response_headers", "request_body", "casted_response", "response_body"].map((name) =>
  Buffer.from(`"${name}":`),
);

const BRACE = 125;
const COMMA = 44;
const QUOTE = 34;
const BACKSLASH = 92;
const BLANK = 32;

const PLAIN = 0;
const TEXT = 1;
const OPENING = 2;
const CLOSING = 3;
const WRONG = 4;

/** What a byte is outside of texts. Numbers and words such as `true` are plain; in a torn line other letters come. */
const KINDS: Uint8Array = tableOfKinds();

function tableOfKinds(): Uint8Array {
  const kinds = new Uint8Array(256).fill(WRONG);
  const set = (signs: string, kind: number): void => {
    for (const byte of Buffer.from(signs)) kinds[byte] = kind;
  };
  set("0123456789+-.eEtrufalsn,: ", PLAIN);
  set('"', TEXT);
  set("{[", OPENING);
  set("}]", CLOSING);
  return kinds;
}

/**
 * Where the head of an event ends, from a place behind one of its members: at the comma before the first body, or at the
 * brace that ends the line. -1 where the line does not end with the event.
 */
function endOfHead(line: Buffer, from: number): number {
  let depth = 1;
  let end = -1;
  for (let at = from; at < line.length; at += 1) {
    switch (KINDS[line[at] ?? 0]) {
      case PLAIN:
        break;
      case TEXT: {
        if (depth === 1 && end === -1 && line[at - 1] === COMMA && isBodyName(line, at)) end = at - 1;
        at = endOfText(line, at);
        if (at === -1) return -1;
        break;
      }
      case OPENING:
        depth += 1;
        break;
      case CLOSING:
        depth -= 1;
        if (depth === 0) return at !== line.length - 1 ? -1 : end === -1 ? at : end;
        break;
      default:
        return -1;
    }
  }
  return -1;
}

function isBodyName(line: Buffer, at: number): boolean {
  for (const name of BODY_NAMES) {
    let length = 0;
    while (length < name.length && line[at + length] === name[length]) length += 1;
    if (length === name.length) return true;
  }
  return false;
}

/** So many bytes of a text are looked at one by one, which is cheaper than a call of the engine; most texts are shorter. */
const SHORT = 48;

/** The place of the quote that ends a text; -1 where none does. */
function endOfText(line: Buffer, quote: number): number {
  let at = quote + 1;
  for (const near = Math.min(line.length, at + SHORT); at < near; at += 1) {
    const byte = line[at] ?? 0;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
    else if (byte < BLANK) return -1;
  }
  for (;;) {
    const next = line.indexOf(QUOTE, at);
    if (next === -1) return -1;
    let before = next - 1;
    while (line[before] === BACKSLASH) before -= 1;
    if ((next - before) % 2 === 1) return next;
    at = next + 1;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
