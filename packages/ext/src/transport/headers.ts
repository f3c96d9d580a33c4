import type { IncomingHttpHeaders } from "node:http";
import type { HttpHeaders, HttpRequest } from "./types.ts";

/** Headers that are the transport's business: a caller's wrong one would garble the connection. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "proxy-authorization",
  "transfer-encoding",
]);

/** The caller's headers without those that the transport sets, with an `accept-encoding` unless the caller chose one. */
export function requestHeaders(request: HttpRequest, acceptEncoding: string | false): Record<string, string> {
  const headers: Record<string, string> = {};
  let chosen = acceptEncoding === false;
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (value === undefined) continue;
    const lower = name.toLowerCase();
    if (OWN_HEADERS.has(lower)) continue;
    if (lower === "accept-encoding") chosen = true;
    headers[name] = value;
  }
  if (!chosen && acceptEncoding !== false) headers["accept-encoding"] = acceptEncoding;
  return headers;
}

/** The headers of a message of `node:http`, with lists joined. */
export function joinHeaders(headers: IncomingHttpHeaders): HttpHeaders {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = typeof value === "string" ? value : value.join(", ");
  }
  return joined;
}
