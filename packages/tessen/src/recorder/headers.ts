import type { HeaderLookup } from "./finished-call.ts";

const RESPONSE_NAMES: ReadonlySet<string> = new Set([
  "request-id",
  "x-request-id",
  "x-should-retry",
  "retry-after",
  "retry-after-ms",
  "content-type",
  "openai-processing-ms",
  "openai-version",
  "cf-ray",
  "anthropic-organization-id",
]);

const RESPONSE_PREFIXES = ["x-ratelimit-", "anthropic-ratelimit-", "x-tessera-"] as const;

const REQUEST_NAMES = [
  "anthropic-version",
  "anthropic-beta",
  "x-stainless-retry-count",
  "x-stainless-lang",
  "x-stainless-package-version",
] as const;

/** The headers of a response that may be written: a list of allowed names, so that no cookie or key gets into a log. */
export function allowedResponseHeaders(headers: HeaderLookup | undefined): Record<string, string> | undefined {
  if (headers === undefined) return undefined;
  const allowed: Record<string, string> = {};
  let found = false;
  for (const [name, value] of headers.entries()) {
    if (!RESPONSE_NAMES.has(name) && !RESPONSE_PREFIXES.some((prefix) => name.startsWith(prefix))) continue;
    allowed[name] = value;
    found = true;
  }
  return found ? allowed : undefined;
}

/** The headers of a request that may be written: what an SDK says of itself, and versions of the interface. */
export function allowedRequestHeaders(
  values: readonly (string | undefined)[],
): Readonly<Record<string, string | undefined>> | undefined {
  if (values.every((value) => value === undefined)) return undefined;
  return Object.fromEntries(REQUEST_NAMES.map((name, at) => [name, values[at]]));
}

/** The values of these headers, one for each name. */
export function allowedRequestValues(headers: HeaderLookup): readonly (string | undefined)[] {
  return REQUEST_NAMES.map((name) => headers.get(name));
}

/** Headers of a response as they may be written. */
export type AllowedHeaders = Readonly<Record<string, string>>;

/** The provider's id of the request. */
export function requestIdOf(headers: AllowedHeaders | undefined): string | undefined {
  return headers?.["request-id"] ?? headers?.["x-request-id"];
}

/** The same, where nothing else of the headers is of interest. */
export function requestIdIn(headers: HeaderLookup | undefined): string | undefined {
  return headers?.get("request-id") ?? headers?.get("x-request-id");
}
