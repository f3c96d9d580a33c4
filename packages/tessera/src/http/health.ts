import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers the paths by which others see that the gateway lives, and needs no key for it; false for all other requests. */
export function answerHealth(
  { method, url }: Pick<IncomingMessage, "method" | "url">,
  response: ServerResponse,
  isReady: () => boolean,
  now: number,
): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  switch (url) {
    case "/healthz":
      respond(response, 200, "text/plain", "ok");
      return true;
    case "/health":
      respond(response, 200, "application/json", JSON.stringify({ status: "ok", version: VERSION, ts: now }));
      return true;
    case "/readyz":
      if (isReady()) respond(response, 200, "text/plain", "ready");
      else respond(response, 503, "text/plain", "not ready");
      return true;
    default:
      return false;
  }
}

/** Of the package; a test keeps both equal. */
export const VERSION = "0.1.0";

function respond(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}
