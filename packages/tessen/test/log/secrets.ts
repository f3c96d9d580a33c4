import { createHash } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ALPHANUMERIC = `${LETTERS}abcdefghijklmnopqrstuvwxyz0123456789`;
const URL_SAFE = `${ALPHANUMERIC}_-`;

/** So many characters of an alphabet that depend on the number alone. */
function characters(number: number, length: number, alphabet: string): string {
  let text = "";
  for (let block = 0; text.length < length; block += 1) {
    for (const byte of createHash("sha256").update(`${number}/${block}`).digest()) {
      text += alphabet[byte % alphabet.length] ?? "";
    }
  }
  return text.slice(0, length);
}

/** Secrets that are known by their shape, by the rule that finds them. The number makes each its own. */
export const SHAPED_SECRETS: Readonly<Record<string, (number: number) => string>> = {
  openai_key: (n) => `sk-${characters(n, 48, ALPHANUMERIC)}`,
  openai_project_key: (n) => `sk-proj-${characters(n, 64, URL_SAFE)}`,
  anthropic_key: (n) => `sk-ant-api03-${characters(n, 80, URL_SAFE)}AA`,
  google_key: (n) => `AIza${characters(n, 35, URL_SAFE)}`,
  aws_key: (n) => `${n % 2 === 0 ? "AKIA" : "ASIA"}${characters(n, 16, `${LETTERS}0123456789`)}`,
  github_token: (n) => `gh${"pousr"[n % 5] ?? "p"}_${characters(n, 36, ALPHANUMERIC)}`,
  github_pat: (n) => `github_pat_${characters(n, 60, `${ALPHANUMERIC}_`)}`,
  gitlab_token: (n) => `glpat-${characters(n, 20, URL_SAFE)}`,
  slack_token: (n) => `xox${"abprs"[n % 5] ?? "b"}-${characters(n, 40, `${ALPHANUMERIC}-`)}`,
  stripe_key: (n) => `sk_live_${characters(n, 24, ALPHANUMERIC)}`,
  tessen_key: (n) => `tk_live_${characters(n, 24, ALPHANUMERIC)}`,
  groq_key: (n) => `gsk_${characters(n, 52, ALPHANUMERIC)}`,
  jwt: (n) => `eyJ${characters(n, 30, URL_SAFE)}.${characters(n + 1, 60, URL_SAFE)}.${characters(n + 2, 43, URL_SAFE)}`,
  private_key: (n) => {
    const lines = [0, 1, 2].map((line) => characters(n + line, 64, `${ALPHANUMERIC}+/`)).join("\n");
    return `-----BEGIN RSA PRIVATE KEY-----\n${lines}\n-----END RSA PRIVATE KEY-----`;
  },
};

/** A secret that nothing but the name beside it gives away. */
export function plainSecret(number: number): string {
  return `p4 ${characters(number, 14, `${ALPHANUMERIC}!"\\/{}é\n`)}z`;
}

/** A password as it may stand in an address. */
export function addressSecret(number: number): string {
  return `pw${characters(number, 14, `${ALPHANUMERIC}_-!~*`)}z`;
}
