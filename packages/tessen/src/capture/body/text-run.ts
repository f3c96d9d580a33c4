import { isRawObject, type Protocol, type RawObject } from "@tesserae/wire";
import { parseText } from "../../recorder/raw.ts";

/** What a JSON string may hold, as it is written. */
const LITERAL = String.raw`(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*`;
const WHOLE_LITERAL = new RegExp(`^${LITERAL}$`);
// oxlint-disable-next-line no-control-regex -- JSON strings hold no control characters.
const NEEDS_A_LOOK = /["\\\u0000-\u001f]/;
const LITERAL_AT = new RegExp(`${LITERAL}(?=")`, "y");
/** Padding that OpenAI puts at the end of each chunk, different every time. */
const PADDING = ',"obfuscation":"';
const BRACE = 125;
const PADDING_END = /^[\w-]*"\}$/;

/**
 * Most frames of a stream are the frame before them with another piece of text. Such frames are not parsed one by one:
 * the pieces are put together as they are written, and one frame with all of it says the same.
 *
 * That holds for frames in which everything else is a value that counts once however often it is said. They are
 * recognised letter by letter: what is in front of the text and behind it is exactly what it was.
 */
export class TextRun {
  readonly #protocol: Protocol;
  #before: string | undefined;
  #after = "";
  #isPadded = false;
  #pieces = "";
  #isEmpty = true;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  /** Characters of the pieces that were taken. */
  get size(): number {
    return this.#pieces.length;
  }

  /** Takes a frame that is like the one before; false for every other. */
  takes(data: string): boolean {
    const before = this.#before;
    // Two slices that are compared are compared as memory; `startsWith` goes letter by letter.
    if (before === undefined || data.slice(0, before.length) !== before) return false;
    const end = this.#isPadded ? endOfFrame(data) : data.length - 1;
    const after = this.#after;
    const from = before.length;
    const to = end - after.length;
    if (to < from || data.slice(to, end) !== after || data.charCodeAt(data.length - 1) !== BRACE) return false;
    const piece = data.slice(from, to);
    if (NEEDS_A_LOOK.test(piece) && !WHOLE_LITERAL.test(piece)) return false;
    this.#pieces += piece;
    this.#isEmpty = false;
    return true;
  }

  /** The one frame for all that were taken; undefined where there are none. */
  flush(): string | undefined {
    if (this.#isEmpty || this.#before === undefined) return undefined;
    const frame = `${this.#before}${this.#pieces}${this.#after}}`;
    this.#pieces = "";
    this.#isEmpty = true;
    return frame;
  }

  /** Takes a frame as the pattern for those that follow, if it is of the kind. */
  learn(data: string): void {
    this.#before = undefined;
    const place = textPlace(this.#protocol, data);
    if (place === undefined) return;
    this.#before = data.slice(0, place.from);
    const end = endOfFrame(data);
    this.#isPadded = end < data.length - 1;
    this.#after = data.slice(place.to, end);
  }
}

/** Where a frame ends but for its last brace and the padding before that. */
function endOfFrame(data: string): number {
  const padding = data.lastIndexOf(PADDING);
  if (padding !== -1 && PADDING_END.test(data.slice(padding + PADDING.length))) return padding;
  return data.length - 1;
}

interface TextPlace {
  readonly from: number;
  readonly to: number;
}

/** Where the text of a frame stands that is of the kind; undefined for every other frame. */
function textPlace(protocol: Protocol, data: string): TextPlace | undefined {
  const delta = data.indexOf('"delta":{');
  if (delta === -1 || !data.endsWith("}") || !MAY_HOLD_TEXT.test(data.slice(delta))) return undefined;
  const frame = parseText(data);
  if (!isRawObject(frame)) return undefined;
  const text =
    protocol === "anthropic" ? textOfBlock(frame) : protocol === "openai-chat" ? textOfChoice(frame) : undefined;
  if (text === undefined) return undefined;
  const [name, value] = text;
  const member = `"${name}":"`;
  const at = data.indexOf(member, delta);
  if (at === -1) return undefined;
  LITERAL_AT.lastIndex = at + member.length;
  const literal = LITERAL_AT.exec(data)?.[0];
  if (literal === undefined || parseText(`"${literal}"`) !== value) return undefined;
  return { from: at + member.length, to: at + member.length + literal.length };
}

/** The names that such a text can have; most other frames have none of them, and need not be parsed for this. */
const MAY_HOLD_TEXT = /"(?:content|text|thinking|partial_json)":"/;

type NamedText = readonly [name: string, value: string];

/** The text of a block's delta that has nothing else. */
function textOfBlock(frame: RawObject): NamedText | undefined {
  const { type, index, delta, ...others } = frame;
  if (type !== "content_block_delta" || typeof index !== "number" || !isRawObject(delta)) return undefined;
  const [name, ...more] = Object.keys(delta).filter((key) => key !== "type");
  if (name === undefined || more.length > 0 || Object.keys(others).length > 0) return undefined;
  const value = BLOCK_TEXTS.get(delta["type"]) === name ? delta[name] : undefined;
  return typeof value === "string" ? [name, value] : undefined;
}

const BLOCK_TEXTS: ReadonlyMap<unknown, string> = new Map([
  ["text_delta", "text"],
  ["thinking_delta", "thinking"],
  ["input_json_delta", "partial_json"],
]);

/** The text of a chunk's one choice whose delta has nothing else that could grow. */
function textOfChoice(frame: RawObject): NamedText | undefined {
  const { choices } = frame;
  if (!Array.isArray(choices) || choices.length !== 1) return undefined;
  const choice: unknown = choices[0];
  if (!isRawObject(choice) || (choice["logprobs"] ?? null) !== null || !isRawObject(choice["delta"])) return undefined;
  if (frame["error"] !== undefined) return undefined;
  const { content, role, ...others } = choice["delta"];
  if (typeof content !== "string" || (role !== undefined && typeof role !== "string")) return undefined;
  return Object.values(others).every((value) => value === null) ? ["content", content] : undefined;
}
