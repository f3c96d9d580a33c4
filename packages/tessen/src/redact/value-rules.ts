import { countRule, replacementOf, type RuleCounts } from "./redacted.ts";
import { QUERY_NAME, ANY_QUERY_NAME, TEXT_NAME } from "./secret-parameters.ts";

/** A rule for secrets that are known by their shape. */
interface ValueRule {
  readonly name: string;
  /** Group `keep`, where there is one, stays before the replacement. */
  readonly pattern: RegExp;
}

/** Rules with what is quick to look for: where none of the texts, or not the expression, is found, no rule matches. */
interface RuleGroup {
  readonly texts?: readonly string[];
  readonly hint?: RegExp;
  readonly rules: readonly ValueRule[];
}

/*
 * No pattern needs more than linear time, or a bounded multiple of it: models and users write what is searched.
 * The text is JSON text, and what is put in must leave it so. A match therefore begins with a character that can not be
 * the letter of an escape (the boundary looks for escapes itself), and takes no backslash and no quote, except `\/`,
 * which is how some write a slash.
 */
const BOUNDARY = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4}))`;
const QUERY_VALUE = String.raw`[^&\s"#\\]+(?:\\\/[^&\s"#\\]*)*`;
const TOKEN = String.raw`[\w.~+/=-]+(?:\\\/[\w.~+/=-]*)*`;
const UNTOUCHED = String.raw`(?!\[REDACTED:)`;
const EQUALS = String.raw`(?:=|\\+u003d)`;
/** An address in a parameter of another is percent-encoded, in one that is itself in a parameter twice. */
const ENCODED_EQUALS = "%(?:25){0,2}3d";
const ENCODED_VALUE = String.raw`(?:[^&\s"#\\%]|%(?!(?:25){0,2}(?:26|23)))+`;
/** Code that gives a variable or the result of a call on: `connect(token=token)`, `token=await_token()`. */
const CODE = String.raw`[A-Za-z_.]+(?:[(\[)]|,(?:\s|\\+[nrt]))`;

/** A shape with a fixed beginning, at a boundary. */
function token(name: string, source: string): ValueRule {
  return { name, pattern: new RegExp(BOUNDARY + source, "g") };
}

/** Secrets by the names before them: in addresses, in forms, and in text such as a file of settings. */
function parameterRules(): readonly ValueRule[] {
  const named = (name: string, before: string, not: string): ValueRule => ({
    name,
    pattern: new RegExp(`(?<keep>${before}${EQUALS})${UNTOUCHED}${not}${QUERY_VALUE}`, "gi"),
  });
  return [named("url_query", QUERY_NAME, ""), named("text_field", TEXT_NAME, `(?![=>]|['\`]\\[REDACTED:|${CODE})`)];
}

/** The same in what is percent-encoded as a whole. */
function encodedParameterRules(): readonly ValueRule[] {
  const names = `(?:[=?&;]|u0026|%(?:25){0,2}(?:3f|26))${ANY_QUERY_NAME}|${TEXT_NAME}`;
  const pattern = new RegExp(`(?<keep>(?:${names})${ENCODED_EQUALS})${UNTOUCHED}${ENCODED_VALUE}`, "gi");
  return [{ name: "url_query", pattern }];
}

function ruleGroups(): readonly RuleGroup[] {
  return [
    { hint: new RegExp(`=(?<=(?:${QUERY_NAME}|${TEXT_NAME})=)`, "i"), rules: parameterRules() },
    { texts: ["u003d", "u003D"], rules: parameterRules() },
    { texts: ["%3D", "%3d", "%253D", "%253d", "%25253D", "%25253d"], rules: encodedParameterRules() },
    {
      texts: ["@"],
      rules: [
        {
          name: "url_credentials",
          pattern: new RegExp(String.raw`(?<keep>:(?:\\*\/){2})${UNTOUCHED}[^\s"\\/?#:@]*:[^\s"\\/?#]+(?=@)`, "g"),
        },
      ],
    },
    {
      texts: ["PRIVATE KEY"],
      rules: [
        {
          name: "private_key",
          // Without its end (cut off) it goes as far as there is anything that can belong to it.
          pattern:
            /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^"]{0,16384}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[\w+/=\\\s:,.-]*(?<!\\))/g,
        },
      ],
    },
    {
      hint: /(?:ization: *basic|earer) +[\w.~+/=-]/i,
      rules: [
        {
          name: "authorization",
          pattern: new RegExp(
            String.raw`(?<keep>authorization: *(?:basic|bearer) +|bearer +(?=[\w.~+/=-]{16}))${UNTOUCHED}${TOKEN}`,
            "gi",
          ),
        },
      ],
    },
    {
      // Its rare character first: the expression then passes over most of the text at once.
      hint: /[-_](?<=(?:sk|glpat|xox[a-z]|xai|gh[pousr]|github_pat|[sr]k_(?:live|test)|tk_live|gsk|hf)[-_])[\w-]{8}/,
      rules: [
        token("anthropic_key", String.raw`sk-ant-[\w-]{8,}`),
        token("openai_key", String.raw`sk-[\w-]{16,}`),
        token("github_token", "gh[pousr]_[A-Za-z0-9]{16,}"),
        token("github_token", String.raw`github_pat_\w{16,}`),
        token("gitlab_token", String.raw`glpat-[\w-]{16,}`),
        token("slack_token", "xox[a-z]-[A-Za-z0-9-]{10,}"),
        token("stripe_key", "[sr]k_(?:live|test)_[A-Za-z0-9]{10,}"),
        token("tessen_key", String.raw`tk_live_\w{8,}`),
        token("vendor_key", "(?:gsk_|hf_|xai-)[A-Za-z0-9]{20,}"),
      ],
    },
    { texts: ["AIza"], rules: [token("google_key", String.raw`AIza[\w-]{35}`)] },
    { texts: ["AKIA", "ASIA"], rules: [token("aws_key", "A(?:KI|SI)A[0-9A-Z]{16}(?![0-9A-Za-z])")] },
    // Without its first letter, which is everywhere.
    { texts: ["yJ"], rules: [token("jwt", String.raw`eyJ[\w-]{6,2000}\.[\w-]{6,}\.[\w-]*`)] },
  ];
}

/** The built-in rules for secrets that are known by their shape. */
export class ValueRules {
  readonly #groups: readonly RuleGroup[] = ruleGroups();

  /** False when no rule matches; quick. */
  mayMatch(text: string): boolean {
    return this.#groups.some((group) => isHinted(group, text));
  }

  /** JSON text, or any other, with the secrets replaced. */
  redact(text: string, counts: RuleCounts): string {
    return this.#groups
      .filter((group) => isHinted(group, text))
      .flatMap(({ rules }) => rules)
      .reduce((result, rule) => result.replace(rule.pattern, replacer(rule.name, counts)), text);
  }
}

function isHinted({ hint, texts }: RuleGroup, text: string): boolean {
  return hint === undefined ? texts?.some((part) => text.includes(part)) === true : hint.test(text);
}

function replacer(name: string, counts: RuleCounts): (...found: unknown[]) => string {
  return (...found) => {
    countRule(counts, name);
    return keptOf(found.at(-1)) + replacementOf(name);
  };
}

/** The group `keep` among the last argument of a replacer, which is the named groups or the whole text. */
function keptOf(groups: unknown): string {
  const keep: unknown = typeof groups === "object" && groups !== null ? Reflect.get(groups, "keep") : undefined;
  return typeof keep === "string" ? keep : "";
}
