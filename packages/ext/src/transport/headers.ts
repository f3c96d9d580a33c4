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

/**
 * The caller's headers without those that the transport sets, with an `accept-encoding` unless the caller chose one:
 * name, value, name, value, …
 */
export function requestHeaders(request: HttpRequest, acceptEncoding: string | false): string[] {
  const flat: string[] = [];
  let encoding = acceptEncoding;
  const { headers = {} } = request;
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    const lower = name.toLowerCase();
    if (value === undefined || OWN_HEADERS.has(lower)) continue;
    if (lower === "accept-encoding") encoding = false;
    flat.push(name, value);
  }
  if (encoding !== false) flat.push("accept-encoding", encoding);
  return flat;
}

/** The headers of an answer, with lists joined. */
export function joinHeaders(headers: IncomingHttpHeaders): HttpHeaders {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = typeof value === "string" ? value : value.join(", ");
  }
  return joined;
}
