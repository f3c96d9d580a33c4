import { backslashesBefore, endOfString } from "./json-strings.ts";
import { countRule, replacementOf, type RuleCounts } from "./redacted.ts";
import { memberNamesSource } from "./secret-members.ts";
import { SETTING_NAMES } from "./secret-parameters.ts";

/** The rule is that of a secret without quotes: `password=…`. */
const RULE = "text_field";

/** A longer value ends at its first space: what closes its quotes is missing, or belongs to something else. */
const LONGEST = 4096;

const SPACE = String.raw`[ \t]{0,8}`;

/** The type of a variable, between its name and what it is set to: `password: str | None = "…"`. */
const TYPE = String.raw`(?::[ \t]{0,8}[\w.[\]<>|& ]{1,40})?`;

const OPENING = String.raw`(?:\\+"|['\x60])`;

/** Behind a quote that closes something: `print("Password: ")`, `"password=" + word`. */
const NO_VALUE = /[\s),;:+.\]}]|\\+[nrt"]|\[REDACTED:/y;

/** A value in single quotes or backticks, which mean nothing to JSON. Where nothing closes it, it is none. */
const UNESCAPED = /(?:[^"\\'\x60]|\\[^"nrt]){1,4096}/y;

const WORD = /(?:[^\s"\\]|\\[^"nrt])*/y;

/**
 * Secrets in quotes inside of a text, as code and files of settings have them: `password = "…"`, `'api_key': '…'`,
 * `secret: "…"`, `environ["token"] = "…"`. JSON in the text of a string has quotes around its names, too, and is looked through as such.
 */
export class QuotedSecrets {
  readonly #opening: RegExp;
  readonly #hint: RegExp;

  /** @param keys more names, of the user's. */
  constructor(keys: readonly string[]) {
    const behind = String.raw`(?:\\+"|['\x60])?\]?${SPACE}`;
    const members = String.raw`(?:${memberNamesSource(keys)})${behind}:`;
    const settings = String.raw`(?:${memberNamesSource(keys)}|${SETTING_NAMES})${behind}${TYPE}:?=`;
    const opening = String.raw`(?:${members}|${settings})${SPACE}${OPENING}`;
    this.#opening = new RegExp(opening, "gi");
    // Its rarest part first: the expression then passes over most of the text at once.
    this.#hint = new RegExp(`[:=]${SPACE}${OPENING}(?<=${opening})`, "i");
  }

  /** False when there are none; quick. */
  mayMatch(text: string): boolean {
    return this.#hint.test(text);
  }

  /** JSON text, or any other, with such secrets replaced. */
  redact(text: string, counts: RuleCounts): string {
    let result = "";
    let done = 0;
    this.#opening.lastIndex = 0;
    while (this.#opening.test(text)) {
      const start = this.#opening.lastIndex;
      const end = endOfValue(text, start);
      if (end === start) continue;
      result += text.slice(done, start) + replacementOf(RULE);
      done = end;
      countRule(counts, RULE);
      this.#opening.lastIndex = end;
    }
    return done === 0 ? text : result + text.slice(done);
  }
}

/** Where a value ends that begins here, behind its quote; the same place for what is none. */
function endOfValue(text: string, start: number): number {
  if (after(NO_VALUE, text, start) > start) return start;
  const quote = text[start - 1];
  if (quote !== '"') {
    const end = after(UNESCAPED, text, start);
    return text[end] === quote ? end : start;
  }
  const depth = Math.log2(backslashesBefore(text, start - 1) + 1);
  if (!Number.isInteger(depth)) return start;
  const end = endOfString(text, start, depth);
  return end - start <= LONGEST ? end : after(WORD, text, start);
}

/** The place behind what an expression matches at a place; the place itself when it does not. */
function after(sticky: RegExp, text: string, at: number): number {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : at;
}
