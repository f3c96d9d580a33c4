import { countRule, replacementOf, type RuleCounts } from "./redacted.ts";

/** A rule for secrets that are known by their shape. */
interface ValueRule {
  readonly name: string;
  /** What is cheap to look for; matches wherever `pattern` does. Case is not regarded. */
  readonly hint: string;
  /** Group `keep`, where there is one, stays before the replacement. */
  readonly pattern: RegExp;
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
const QUERY_NAMES = "key|api_?key|token|access_token|sig|signature|password|x-amz-[a-z-]+";

/** A shape with fixed beginning, at a boundary. */
function token(name: string, hint: string, source: string): ValueRule {
  return { name, hint, pattern: new RegExp(BOUNDARY + source, "g") };
}

function valueRules(): readonly ValueRule[] {
  return [
    {
      name: "url_query",
      hint: `=(?<=(?:[?&;]|u0026)(?:${QUERY_NAMES})=)`,
      pattern: new RegExp(`(?<keep>(?:[?&;]|u0026)(?:${QUERY_NAMES})=)${UNTOUCHED}${QUERY_VALUE}`, "gi"),
    },
    {
      name: "url_credentials",
      hint: String.raw`@(?<=:(?:\\*\/){2}[^\s"\\/?#@]*@)`,
      pattern: new RegExp(String.raw`(?<keep>:(?:\\*\/){2})${UNTOUCHED}[^\s"\\/?#:@]*:[^\s"\\/?#]+(?=@)`, "g"),
    },
    {
      name: "private_key",
      hint: "PRIVATE KEY",
      // Without its end (cut off) it goes as far as there is anything that can belong to it.
      pattern:
        /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^"]{0,16384}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[\w+/=\\\s:,.-]*(?<!\\))/g,
    },
    {
      name: "authorization",
      hint: String.raw`earer +[\w.~+/=-]{16}|ization: *(?:basic|bearer)`,
      pattern: new RegExp(
        String.raw`(?<keep>authorization: *(?:basic|bearer) +|bearer +(?=[\w.~+/=-]{16}))${UNTOUCHED}${TOKEN}`,
        "gi",
      ),
    },
    token("anthropic_key", String.raw`sk-ant-[\w-]{8}`, String.raw`sk-ant-[\w-]{8,}`),
    token("openai_key", String.raw`sk-[\w-]{16}`, String.raw`sk-[\w-]{16,}`),
    token("google_key", String.raw`AIza[\w-]{35}`, String.raw`AIza[\w-]{35}`),
    token("aws_key", "A(?:KI|SI)A[0-9A-Z]{16}", "A(?:KI|SI)A[0-9A-Z]{16}(?![0-9A-Za-z])"),
    token("github_token", "gh[pousr]_", "gh[pousr]_[A-Za-z0-9]{16,}"),
    token("github_token", "github_pat_", String.raw`github_pat_\w{16,}`),
    token("gitlab_token", "glpat-", String.raw`glpat-[\w-]{16,}`),
    token("slack_token", "xox[a-z]-", "xox[a-z]-[A-Za-z0-9-]{10,}"),
    token("stripe_key", "[sr]k_(?:live|test)_", "[sr]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    token("tessen_key", "tk_live_", String.raw`tk_live_\w{8,}`),
    token("vendor_key", "(?:gsk_|hf_|xai-)[a-z0-9]{20}", String.raw`(?:gsk_|hf_|xai-)[A-Za-z0-9]{20,}`),
    token("jwt", String.raw`eyJ[\w-]{6,2000}\.`, String.raw`eyJ[\w-]{6,2000}\.[\w-]{6,}\.[\w-]*`),
  ];
}

/** The built-in rules for secrets that are known by their shape. */
export class ValueRules {
  /** The source of one expression that matches whenever one of the rules does; without regard to case. */
  readonly hint: string;
  readonly #rules: readonly ValueRule[] = valueRules();

  constructor() {
    this.hint = [...new Set(this.#rules.map((rule) => rule.hint))].join("|");
  }

  /** JSON text, or any other, with the secrets replaced. */
  redact(text: string, counts: RuleCounts): string {
    return this.#rules.reduce(
      (result, rule) =>
        result.replace(rule.pattern, (...found: unknown[]) => {
          countRule(counts, rule.name);
          return keptOf(found.at(-1)) + replacementOf(rule.name);
        }),
      text,
    );
  }
}

/** The group `keep` among the last argument of a replacer, which is the named groups or the whole text. */
function keptOf(groups: unknown): string {
  const keep: unknown = typeof groups === "object" && groups !== null ? Reflect.get(groups, "keep") : undefined;
  return typeof keep === "string" ? keep : "";
}
