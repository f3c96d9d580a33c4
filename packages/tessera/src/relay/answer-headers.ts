import { withoutListed } from "../http/head/request-head.ts";

/** Hop-by-hop headers; and lengths, which the server writes itself from what it sends. */
const DROPPED: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length",
]);

/**
 * The end-to-end headers of an answer as they came, names and values in turn: all but those for the connection, its length,
 * and what another gateway on the way said of itself.
 */
export function endToEndHeaders(raw: readonly string[]): string[] {
  const headers: string[] = [];
  let listed: string | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const value = raw[index + 1] ?? "";
    const lower = name.toLowerCase();
    if (lower === "connection") {
      if (value !== "keep-alive" && value !== "close") listed = listed === undefined ? value : `${listed},${value}`;
    } else if (!DROPPED.has(lower) && !lower.startsWith("x-tessera-")) {
      headers.push(name, value);
    }
  }
  return listed === undefined ? headers : withoutListed(headers, listed);
}
