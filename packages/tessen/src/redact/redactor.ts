import { QuotedSecrets } from "./quoted-secrets.ts";
import type { RedactOptions } from "./redact-options.ts";
import type { Redacted, RuleCounts } from "./redacted.ts";
import { redactSecretMembers, secretMemberHint, secretMemberSource } from "./secret-members.ts";
import { StringRules } from "./string-rules.ts";
import { ValueRules } from "./value-rules.ts";

/** Takes secrets out of JSON text. The text is JSON afterwards, and the same when it is given again. */
export interface Redactor {
  /** False when no rule can match: the usual case, and quick to find out. */
  mayMatch(json: string): boolean;
  /**
   * A character that nothing holds by which a rule is suspected to match. Undefined where the user's names may hold any.
   */
  readonly boundary: string | undefined;
  redactText(json: string): Redacted;
}

/** It stands in none of the expressions that look for what may be a secret. */
const BOUNDARY = ",";

/** Secrets glued to one another are found one a pass; nobody writes so many, but for making this slow. */
const MOST_PASSES = 16;

const NOTHING: Redactor = { mayMatch: () => false, boundary: undefined, redactText: (text) => ({ text, counts: {} }) };

/**
 * Compiles the rules. In this order: the values of members with a secret's name, what is in quotes behind such a name,
 * secrets in the queries of URLs, secrets known by their shape, personal data when asked for, the user's own rules.
 */
export function createRedactor(options: RedactOptions = {}): Redactor {
  if (options.enabled === false) return NOTHING;
  const values = new ValueRules();
  const strings = new StringRules(options);
  const keys = options.keys ?? [];
  const members = new RegExp(secretMemberSource(keys), "gi");
  const hasMember = new RegExp(secretMemberHint(keys), "i");
  const quoted = new QuotedSecrets(keys);
  const isSuspect = (text: string): boolean => values.mayMatch(text) || hasMember.test(text) || quoted.mayMatch(text);
  return {
    boundary: keys.every((key) => /^[\w-]*$/.test(key)) ? BOUNDARY : undefined,
    mayMatch: (json) => !strings.isEmpty || isSuspect(json),
    redactText: (json) => {
      const counts: RuleCounts = {};
      let text = json;
      // Again after a find: what is taken out can be what hid the beginning of the next secret.
      for (let pass = 0; pass < MOST_PASSES && isSuspect(text); pass += 1) {
        const before = text;
        text = values.redact(quoted.redact(redactSecretMembers(text, members, counts), counts), counts);
        if (text === before) break;
      }
      if (!strings.isEmpty) text = strings.redact(text, counts);
      return { text, counts };
    },
  };
}
