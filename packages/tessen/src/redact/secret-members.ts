import { backslashesBefore, endOfString } from "./json-strings.ts";
import { countRule, replacementOf, type RuleCounts } from "./redacted.ts";

/** The rule that goes by the name of a member. */
const RULE = "key_name";

/** Names whose values are secret, with `_`, `-` or nothing between their words. */
const NAMES = [
  "api_key",
  "secret",
  "secret_key",
  "client_secret",
  "secret_access_key",
  "password",
  "passwd",
  "authorization",
  "cookie",
  "private_key",
  "access_token",
  "refresh_token",
];

const SPACE = /(?:\s|\\+[nrt])*/y;
const NUMBER = /-?\d[\d.eE+-]*/y;

/** The source of an expression that matches behind the name of a secret member; without regard to case. */
export function secretMemberSource(keys: readonly string[]): string {
  const names = memberNamesSource(keys);
  return String.raw`"\s*:(?<=(?:${names})\\*"\s*:)`;
}

/**
 * The source of an expression that finds the same members, twice as quickly: it begins with how the names end, which few
 * other members do.
 */
export function secretMemberHint(keys: readonly string[]): string {
  // A name of the user's can end in what an expression needs a backslash for.
  if (keys.some((key) => !/[A-Za-z0-9]{2}$/.test(key))) return secretMemberSource(keys);
  const endings = new Set([...NAMES, ...keys].map((name) => name.slice(-2)));
  return String.raw`(?:${[...endings].join("|")})\\*"\s*:(?<=(?:${memberNamesSource(keys)})\\*"\s*:)`;
}

/** The source of an expression for the names of secret members. */
export function memberNamesSource(keys: readonly string[]): string {
  const names = [...NAMES, ...keys].map((name) =>
    name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/[_-]/g, "[_-]?"),
  );
  return names.join("|");
}

/**
 * Takes the values of secret members out of JSON text: strings, numbers, and lists of them, also in JSON that is itself
 * the text of a string, such as the arguments of a tool call. Objects stay: in a schema a secret's name is no secret.
 */
export function redactSecretMembers(text: string, name: RegExp, counts: RuleCounts): string {
  let result = "";
  let done = 0;
  name.lastIndex = 0;
  for (let found = name.exec(text); found !== null; found = name.exec(text)) {
    const slashes = backslashesBefore(text, found.index);
    const depth = Math.log2(slashes + 1);
    if (!Number.isInteger(depth)) continue;
    const values = secretValues(text, after(SPACE, text, name.lastIndex), depth);
    for (const { start, end, quoted } of values) {
      const quote = quoted ? "" : `${"\\".repeat(slashes)}"`;
      result += text.slice(done, start) + quote + replacementOf(RULE) + quote;
      done = end;
      countRule(counts, RULE);
    }
    name.lastIndex = Math.max(name.lastIndex, done);
  }
  return done === 0 ? text : result + text.slice(done);
}

interface SecretValue {
  readonly start: number;
  readonly end: number;
  /** Whether the quotes around it stay. */
  readonly quoted: boolean;
}

function secretValues(text: string, at: number, depth: number): readonly SecretValue[] {
  const quote = `${"\\".repeat(2 ** depth - 1)}"`;
  const list = text[at] === "[";
  const values: SecretValue[] = [];
  for (let next = list ? after(SPACE, text, at + 1) : at; ; next = after(SPACE, text, next + 1)) {
    if (text.startsWith(quote, next)) {
      const start = next + quote.length;
      const end = endOfString(text, start, depth);
      if (end > start && !text.startsWith("[REDACTED:", start)) values.push({ start, end, quoted: true });
      next = end + quote.length;
    } else {
      const end = after(NUMBER, text, next);
      if (end === next) return values;
      values.push({ start: next, end, quoted: false });
      next = end;
    }
    next = after(SPACE, text, next);
    if (!list || text[next] !== ",") return values;
  }
}

/** The place behind what an expression matches at a place; the place itself when it does not. */
function after(sticky: RegExp, text: string, at: number): number {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : at;
}
