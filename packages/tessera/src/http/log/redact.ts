/** What looks like a key, wherever it stands: of providers, of this gateway, bearer tokens, JSON web tokens. */
const SECRETS =
  /\b(?:sk-|tk_|ta_|AIza|xai-|gsk_)[A-Za-z0-9_~-]{4,}|\bBearer(?: |%20)+[^\s"\\]+|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g;

/** The text with everything that looks like a key taken out. Nothing is logged but through this. */
export function redacted(text: string): string {
  return text.replace(SECRETS, "[redacted]");
}
