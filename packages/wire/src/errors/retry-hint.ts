import { headerOf, type HeaderSource } from "./headers.ts";

/**
 * How long the provider asks to wait, in milliseconds from `now`: `retry-after-ms`, else `retry-after` in seconds
 * (a fraction is allowed) or as an HTTP date. A date in the past gives 0; what cannot be read gives `undefined`.
 * The value is the provider's: a caller puts its own limit to it.
 */
export function retryAfterOf(headers: HeaderSource | undefined, now: number = Date.now()): number | undefined {
  const milliseconds = numberOf(headerOf(headers, "retry-after-ms"));
  if (milliseconds !== undefined) return Math.round(milliseconds);
  const after = headerOf(headers, "retry-after");
  const seconds = numberOf(after);
  if (seconds !== undefined) return Math.round(seconds * 1000);
  // Date.parse takes much that is no HTTP date, such as "-5"; every HTTP date names its day of the week first.
  if (after === undefined || !/^\s*[A-Za-z]{3}/.test(after)) return undefined;
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What `x-should-retry` says; `undefined` when it is absent or says neither. */
export function shouldRetryOf(headers: HeaderSource | undefined): boolean | undefined {
  const value = headerOf(headers, "x-should-retry")?.trim().toLowerCase();
  if (value === "true") return true;
  return value === "false" ? false : undefined;
}

/** The provider's id of the request, under any of the names that providers use. */
export function requestIdOf(headers: HeaderSource | undefined): string | undefined {
  for (const name of REQUEST_ID_HEADERS) {
    const value = headerOf(headers, name);
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

const REQUEST_ID_HEADERS = [
  "x-request-id",
  "request-id",
  "apim-request-id",
  "x-amzn-requestid",
  "x-goog-request-id",
  "x-groq-request-id",
  "cf-ray",
] as const;

function numberOf(value: string | undefined): number | undefined {
  if (value === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(value)) return undefined;
  const number = Number(value);
  return number < LONGEST ? number : undefined;
}

/** Larger numbers are no wait that anybody means; they must not become an infinite one. */
const LONGEST = 1e9;
