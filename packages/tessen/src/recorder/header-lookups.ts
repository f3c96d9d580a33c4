import type { HeaderLookup } from "./finished-call.ts";

/** Headers of the platform's `fetch`. */
export function lookupOfHeaders(headers: Headers): HeaderLookup {
  return { get: (name) => headers.get(name) ?? undefined, entries: () => headers.entries() };
}

/** Headers as `node:http` gives them, with lower-case names. */
export function lookupOfRecord(
  headers: Readonly<Record<string, string | readonly string[] | number | undefined>>,
): HeaderLookup {
  const text = (value: string | readonly string[] | number): string =>
    typeof value === "object" ? value.join(", ") : String(value);
  return {
    get: (name) => {
      const value = headers[name];
      return value === undefined ? undefined : text(value);
    },
    entries: () =>
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name.toLowerCase(), text(value)] as const],
      ),
  };
}

/** Headers as a flat list of names and values, as undici's channels give them. */
export function lookupOfList(list: readonly (string | Buffer)[]): HeaderLookup {
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = String(list[at]).toLowerCase();
    const value = String(list[at + 1]);
    const known = found.get(name);
    found.set(name, known === undefined ? value : `${known}, ${value}`);
  }
  return { get: (name) => found.get(name), entries: () => found.entries() };
}
