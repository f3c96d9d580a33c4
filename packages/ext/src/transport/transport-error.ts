import { ProtocolError } from "@tesserae/wire/http1";
import { type ErrorCode, TesseraeError, type TesseraeErrorOptions } from "@tesserae/core";
import type { RetriableError, TryRecord } from "./retry.ts";

/** The codes of a {@link TransportError}. */
export type TransportErrorCode = Extract<
  ErrorCode,
  "ERR_HTTP_CONNECTION" | "ERR_HTTP_TIMEOUT" | "ERR_HTTP_CUT" | "ERR_HTTP_TOO_LARGE" | "ERR_HTTP_MALFORMED"
>;

/** No usable response came: no connection, no answer in time, a cut or unreadable one. A status of 4xx or 5xx is none. */
export class TransportError extends TesseraeError implements RetriableError {
  override readonly code: TransportErrorCode;
  /** Whether the same request may succeed when it is sent again. */
  readonly retryable: boolean;
  /** Every try of the request, when it was sent by `withRetries`. */
  tries: readonly TryRecord[] = [];

  constructor(
    code: TransportErrorCode,
    message: string,
    options: TesseraeErrorOptions & { readonly retryable?: boolean } = {},
  ) {
    super(code, message, options);
    this.name = "TransportError";
    this.code = code;
    this.retryable = options.retryable ?? true;
  }
}

/** The URL for messages: without user, password and query, where keys may be. */
export function describeUrl(url: string | URL): string {
  const { origin, pathname } = typeof url === "string" ? new URL(url) : url;
  return `${origin}${pathname}`;
}

/** Turns what a socket, a parser or `fetch` threw before or while a response came into a {@link TransportError}. */
export function connectionError(cause: unknown, url: string | URL, answered: boolean): TransportError {
  if (cause instanceof TransportError) return cause;
  const where = describeUrl(url);
  const code = platformCode(cause);
  if (cause instanceof ProtocolError) {
    const message = `What ${where} answered is not HTTP (${cause.message}). Check the address.`;
    return new TransportError("ERR_HTTP_MALFORMED", message, { cause });
  }
  if (answered) {
    return new TransportError("ERR_HTTP_CUT", `The connection to ${where} broke before the response was complete.`, {
      cause,
    });
  }
  const why = cause instanceof Error && cause.message !== "" ? cause.message : code;
  return new TransportError("ERR_HTTP_CONNECTION", `No response from ${where}: ${why || "the connection failed"}.`, {
    cause,
    retryable: !isCertificateProblem(code),
  });
}

/** The system's code of an error or, as `fetch` does it, of its cause; `""` when there is none. */
export function platformCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string") return code;
  return error.cause === error ? "" : platformCode(error.cause);
}

/** A certificate that is refused now is refused again. */
function isCertificateProblem(code: string): boolean {
  return code.includes("CERT") || code.startsWith("ERR_TLS_") || code.startsWith("UNABLE_TO_");
}
