import { hash } from "node:crypto";

/** The first 16 hex digits of the SHA-256 of a text. */
export function shortHash(text: string): string {
  return hash("sha256", text, "hex").slice(0, 16);
}

/** The hash of JSON, whatever the order of its members; text that is no JSON is hashed as it is. */
export function canonicalHash(value: unknown): string {
  return shortHash(canonical(typeof value === "string" ? (parsed(value) ?? value) : value));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) => {
      if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    }) ?? ""
  );
}
