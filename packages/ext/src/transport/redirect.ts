import type { HttpRequest } from "./types.ts";

/** More hops than this are a loop. */
export const MAX_REDIRECTS = 5;

/**
 * The request again at the new address, or `undefined` when the response is handed to the caller as it is.
 *
 * Only 307 and 308 are followed, and only within the same origin: they promise that method and body stay, and the key
 * in the headers goes nowhere it was not sent to. 301 to 303 would turn the POST of a model call into a GET without
 * its body, and another origin would get the user's key and prompt from whoever could write a `location` header.
 */
export function redirected(
  request: HttpRequest,
  status: number,
  location: string | undefined,
): HttpRequest | undefined {
  if ((status !== 307 && status !== 308) || location === undefined || !URL.canParse(location, request.url)) {
    return undefined;
  }
  const next = new URL(location, request.url);
  if (next.origin !== new URL(request.url).origin || next.username !== "" || next.password !== "") return undefined;
  return { ...request, url: next.href };
}
