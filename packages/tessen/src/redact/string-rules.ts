import { jsonStrings } from "./json-strings.ts";
import { countRule, replacementOf, type RuleCounts } from "./redacted.ts";
import type { RedactOptions } from "./redact-options.ts";

/** A rule for the text of a string, without JSON's escapes. */
interface StringRule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly accepts?: (found: string) => boolean;
}

function personalDataRules(): readonly StringRule[] {
  return [
    { name: "email", pattern: /[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}/g },
    { name: "card", pattern: /(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w.])/g, accepts: hasLuhnSum },
    { name: "phone", pattern: /\+\d[\d ().-]{6,17}\d|(?<![\w.])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w.])/g },
  ];
}

/**
 * Rules of the user's own and for personal data. What they match is not known to stay inside of a JSON string, so they
 * are given each string's text, and what they leave is escaped again.
 */
export class StringRules {
  readonly #rules: readonly StringRule[];

  constructor(options: RedactOptions) {
    const own = Object.entries(options.patterns ?? {}).map(([name, source]) => ({
      name: name.replace(/[^\w-]/g, "_"),
      pattern: new RegExp(source, "g"),
    }));
    this.#rules = [...(options.pii === true ? personalDataRules() : []), ...own];
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** JSON text with what the rules match in its strings replaced. */
  redact(text: string, counts: RuleCounts): string {
    let result = "";
    let done = 0;
    for (const { start, end } of jsonStrings(text)) {
      const written = text.slice(start, end);
      const plain = written.includes("\\") ? unescaped(written) : written;
      const clean = this.#apply(plain, counts);
      if (clean === plain) continue;
      result += text.slice(done, start) + JSON.stringify(clean).slice(1, -1);
      done = end;
    }
    return done === 0 ? text : result + text.slice(done);
  }

  #apply(text: string, counts: RuleCounts): string {
    return this.#rules.reduce(
      (result, { name, pattern, accepts }) =>
        result.replace(pattern, (found: string) => {
          if (found === "" || accepts?.(found) === false) return found;
          countRule(counts, name);
          return replacementOf(name);
        }),
      text,
    );
  }
}

function unescaped(written: string): string {
  const text: unknown = JSON.parse(`"${written}"`);
  return typeof text === "string" ? text : written;
}

/** The checksum of card numbers (ISO/IEC 7812-1, Luhn): every second digit from the right counts twice. */
function hasLuhnSum(found: string): boolean {
  const digits = (found.match(/\d/g) ?? []).map(Number);
  const sum = digits.reverse().reduce((total, digit, place) => {
    const value = place % 2 === 0 ? digit : digit * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
