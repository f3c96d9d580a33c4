import { MASKED_SECRET, ValueError } from "@tesserae/core";

/** Scheme, user info and the rest; what stands before the last `@` of the host's part is the user info. */
const USER_INFO = /^(\s*[a-z][a-z\d+.-]*:[/\\]*)([^/?#\\]*)@(.*)$/is;

/** A version of an API is told freely in a provider's messages. */
const OPEN: ReadonlySet<string> = new Set(["api-version", "version"]);

/** A URL for a component's JSON: password and values of the query are masked, all else stays as it was written. */
export function maskUrl(url: string): string {
  const { path, query, rest } = splitUrl(url);
  const masked = query.replace(/=[^&]+/g, `=${MASKED_SECRET}`);
  const parts = USER_INFO.exec(path);
  if (parts === null) return `${path}${masked}${rest}`;
  const [, scheme = "", user = "", host = ""] = parts;
  // A user without a password is a token by itself.
  const colon = user.indexOf(":");
  const known = colon < 0 ? "" : user.slice(0, colon + 1);
  return `${scheme}${known}${MASKED_SECRET}@${host}${masked}${rest}`;
}

/** Refuses a URL that was read from JSON with its secrets masked. */
export function checkUrlSecrets(option: string, url: string | null | undefined): void {
  if (typeof url !== "string" || !url.includes(MASKED_SECRET)) return;
  throw new ValueError(
    `${option} is masked (${url}): put the real values where ${MASKED_SECRET} stands, or leave it out to have the default.`,
  );
}

/** The secrets of a URL, as they are written and decoded. */
export function urlSecrets(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { username, password, searchParams, search } = new URL(url);
  const secrets = [password === "" ? username : password];
  for (const pair of search.slice(1).split("&")) {
    const equals = pair.indexOf("=");
    if (equals > 0 && !OPEN.has(pair.slice(0, equals))) secrets.push(pair.slice(equals + 1));
  }
  for (const [name, value] of searchParams) if (!OPEN.has(name)) secrets.push(value);
  return secrets.filter((secret) => secret !== "");
}

/** Puts a path, and its query, behind the path of a base URL and before its query. */
export function joinUrl(base: string, path: string): string {
  const { path: before, query } = splitUrl(base);
  const more = query.length > 1 ? query : "";
  return `${before.replace(/\/+$/, "")}${path}${path.includes("?") ? more.replace("?", "&") : more}`;
}

/** The URL without slashes at the end of its path. */
export function trimPath(url: string): string {
  const { path, query } = splitUrl(url);
  return `${path.replace(/\/+$/, "")}${query}`;
}

/** The part before the query, the query with its `?`, and the fragment with its `#`. */
function splitUrl(url: string): { readonly path: string; readonly query: string; readonly rest: string } {
  const hash = url.indexOf("#");
  const end = hash < 0 ? url.length : hash;
  const mark = url.slice(0, end).indexOf("?");
  const start = mark < 0 ? end : mark;
  return { path: url.slice(0, start), query: url.slice(start, end), rest: url.slice(end) };
}
