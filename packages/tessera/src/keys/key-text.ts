import { randomBytes, randomInt } from "node:crypto";

/** The parts of a key: `tk_<id>_<secret>`, or `ta_…` of an admin key. */
export interface KeyText {
  /** Eight characters of Crockford's base32: names the key, and is no secret. */
  readonly id: string;
  /** 32 random bytes as 43 characters of base64url. */
  readonly secret: string;
}

/** What keys begin with: those of callers, and those to look after the gateway with. */
type KeyPrefix = "tk" | "ta";

/** Crockford's base32: no I, L, O, U, so that an id is read out without mistakes. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PATTERN = /^(?<prefix>t[ka])_(?<id>[0-9A-HJKMNP-TV-Z]{8})_(?<secret>[A-Za-z0-9_-]{43})$/;

/** A new key. */
export function makeKeyText(): KeyText {
  const id = Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return { id, secret: randomBytes(32).toString("base64url") };
}

/** The key as its owner holds it. */
export function formatKeyText({ id, secret }: KeyText, prefix: KeyPrefix = "tk"): string {
  return `${prefix}_${id}_${secret}`;
}

/** The parts of a key; `undefined` for what is no key of this beginning. */
export function parseKeyText(text: string, prefix: KeyPrefix = "tk"): KeyText | undefined {
  const groups = PATTERN.exec(text)?.groups;
  const id = groups?.["id"];
  const secret = groups?.["secret"];
  return groups?.["prefix"] !== prefix || id === undefined || secret === undefined ? undefined : { id, secret };
}
