import type { ResponseLike } from "../body/observe-response.ts";

/** The method of an SDK's base client that every call goes through. Later versions add arguments at the end. */
export type Trunk = (
  this: object,
  options: unknown,
  retriesRemaining: unknown,
  retryOf: unknown,
  ...rest: unknown[]
) => unknown;

/** What the trunk resolves to; parsing comes later. */
export interface TrunkResult {
  readonly response: ResponseLike;
  readonly controller?: AbortController;
}

/** A prototype that looks like an SDK's base client. */
export interface TrunkPrototype {
  makeRequest: Trunk;
  readonly fetchWithTimeout: unknown;
}

/** The object of a prototype chain that owns the trunk; `undefined` where there is none. */
export function trunkOwner(start: unknown): TrunkPrototype | undefined {
  let at = start;
  while (typeof at === "object" && at !== null) {
    if (Object.hasOwn(at, "makeRequest")) return isTrunkPrototype(at) ? at : undefined;
    at = Object.getPrototypeOf(at);
  }
  return undefined;
}

/** What a trunk gives, where it looks as it should. */
export function isTrunkResult(value: unknown): value is TrunkResult {
  return typeof value === "object" && value !== null && "response" in value && isResponseLike(value.response);
}

/** Something that a `fetch` may resolve to. */
export function isResponseLike(value: unknown): value is ResponseLike {
  if (typeof value !== "object" || value === null) return false;
  if (!("status" in value && typeof value.status === "number" && "headers" in value)) return false;
  const { headers } = value;
  return typeof headers === "object" && headers !== null && "get" in headers && "entries" in headers;
}

function isTrunkPrototype(value: object): value is TrunkPrototype {
  return (
    "makeRequest" in value &&
    typeof value.makeRequest === "function" &&
    "fetchWithTimeout" in value &&
    typeof value.fetchWithTimeout === "function"
  );
}
