/** Response headers: a `Headers` object, or a plain object as `node:http` makes it (lower-case names). */
export type HeaderSource =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | number | undefined>>;

/** One header by its lower-case name; the first value where there are several, `undefined` where there is none. */
export function headerOf(headers: HeaderSource | undefined, name: string): string | undefined {
  if (headers === undefined) return undefined;
  if (isHeaders(headers)) return headers.get(name) ?? undefined;
  let value = headers[name];
  if (value === undefined) {
    const key = Object.keys(headers).find((other) => other.toLowerCase() === name);
    if (key !== undefined) value = headers[key];
  }
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return value?.[0];
}

function isHeaders(headers: HeaderSource): headers is { get(name: string): string | null } {
  return typeof headers["get"] === "function";
}
