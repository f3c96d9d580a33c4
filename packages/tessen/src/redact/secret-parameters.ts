/** What joins the words of a name, if anything does; perhaps percent-encoded. */
const JOINT = "(?:[_-]|%2d|%5f)?";

/** Parameters of an address whose values are secret. `key` and `sig` are only here: in text they mean too much else. */
const QUERY_NAMES = [
  "key",
  "api key",
  "x api key",
  "subscription key",
  "token",
  "access token",
  "refresh token",
  "id token",
  "sig",
  "signature",
  "password",
  "passwd",
  "secret",
  "client secret",
  "authorization",
];

/** How the names of fields and variables end whose values are secret. */
const TEXT_NAMES = ["password", "passwd", "token", "api key", "secret", "secret key", "access key", "private key"];

/** The source of an expression for the name of a secret parameter of an address. */
export const ANY_QUERY_NAME: string = `(?:${namesSource(QUERY_NAMES)}|x-amz-[a-z-]+)`;

/** The source of an expression for a secret parameter, behind `?`, `&`, `;` (of `&amp;`) or an escaped `&`. */
export const QUERY_NAME: string = `(?:[?&;]|u0026)${ANY_QUERY_NAME}`;

/** The source of an expression for how a name in a form or in text ends, also in brackets: `user[password]`. */
export const TEXT_NAME: string = `(?:${namesSource(TEXT_NAMES)})(?:\\]|%5d)?`;

/** The source of an expression for how the name of a variable ends, where it is written as it is. */
export const SETTING_NAMES: string = TEXT_NAMES.map((name) => name.replaceAll(" ", "[_-]?")).join("|");

/** Names as they may be written: letters percent-encoded or not. For expressions without regard to case. */
function namesSource(names: readonly string[]): string {
  return names.map((name) => name.replace(/[a-z]/g, letterSource).replaceAll(" ", JOINT)).join("|");
}

function letterSource(letter: string): string {
  const code = letter.charCodeAt(0);
  // A capital's code is 0x20 less.
  return `(?:${letter}|%[${(code >> 4) - 2}${code >> 4}]${(code & 15).toString(16)})`;
}
