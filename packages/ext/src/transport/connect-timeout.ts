import { TransportError } from "./transport-error.ts";

/** The error of a connection that was not made in time. */
export function connectTimeout(end: { host?: unknown; port?: unknown }, milliseconds: number): TransportError {
  const where = `${String(end.host)}:${String(end.port)}`;
  return new TransportError(
    "ERR_HTTP_TIMEOUT",
    `No connection to ${where} within ${milliseconds} ms (connectTimeoutMs).`,
  );
}
