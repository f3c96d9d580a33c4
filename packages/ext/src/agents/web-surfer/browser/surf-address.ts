import { RuntimeError } from "@tesserae/core";

/** Bing, as AutoGen asks it; `{q}` stands for the query. */
export const DEFAULT_SEARCH_URL = "https://www.bing.com/search?q={q}&FORM=QBLH";

/** What a model typed into the address bar: an address as it is, words to search for, or a host. */
export function typedAddress(typed: string, searchUrlTemplate: string): string {
  const text = typed.trim();
  if (/^(https?:\/\/|file:\/\/|about:|data:)/i.test(text)) return text;
  if (/\s/.test(text)) return searchAddress(text, searchUrlTemplate);
  return `https://${text}`;
}

/** The address of the results for a query. */
export function searchAddress(query: string, searchUrlTemplate: string): string {
  return searchUrlTemplate.replaceAll("{q}", encodeURIComponent(query).replaceAll("%20", "+"));
}

/**
 * The address, parsed.
 *
 * @throws RuntimeError for what is no address, and for schemes that reach what is not the web.
 */
export function checkedAddress(url: string, allowFileUrls: boolean): URL {
  const parsed = URL.parse(url);
  if (parsed === null) throw new RuntimeError(`${JSON.stringify(url.slice(0, 200))} is no address.`);
  const { protocol } = parsed;
  if (protocol === "file:" && !allowFileUrls) {
    throw new RuntimeError("Files of this machine are out of bounds for the browser.");
  }
  if (!["http:", "https:", "about:", "data:", "file:"].includes(protocol)) {
    throw new RuntimeError(`Addresses that begin with ${protocol} are out of bounds for the browser.`);
  }
  return parsed;
}
