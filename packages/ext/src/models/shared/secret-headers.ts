import { MASKED_SECRET, ValueError } from "@tesserae/core";

/** Headers by which a caller is known. */
const SECRET = /authorization|cookie|token|secret|password|credential|(^|[-_])(auth|(api)?key)([-_]|$)/i;

/** True for the name of a header that holds a secret. */
export function isSecretHeader(name: string): boolean {
  return SECRET.test(name);
}

type Headers = Readonly<Record<string, string>>;

/** Headers for a component's JSON: the values of those that hold secrets are masked. */
export function maskHeaders(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretHeader(name) ? MASKED_SECRET : value]),
  );
}

/** Refuses headers that were read from JSON with their secrets masked: asterisks are no key. */
export function checkHeaders(option: string, headers: Headers | null | undefined): void {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== MASKED_SECRET) continue;
    throw new ValueError(
      `${option} has the header "${name}" masked (${MASKED_SECRET}): give the real value, or leave it out.`,
    );
  }
}
