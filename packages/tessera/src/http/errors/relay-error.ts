/** The errors that the gateway itself answers with. */
export type RelayErrorCode =
  | "tessera_bad_request"
  | "tessera_key_invalid"
  | "tessera_spend_cap_exceeded"
  | "tessera_not_allowed"
  | "tessera_unknown_route"
  | "tessera_body_too_large"
  | "tessera_rate_limited"
  | "tessera_upstream_unreachable"
  | "tessera_draining"
  | "tessera_breaker_open"
  | "tessera_upstream_timeout"
  | "tessera_cache_miss"
  | "tessera_internal";

/** More about a {@link RelayError}. */
export interface RelayErrorOptions {
  /** When a retry may help: after so many milliseconds. Absent: never. */
  readonly retryAfterMs?: number;
  /** More members of the error object in the body. */
  readonly details?: Readonly<Record<string, string | number>>;
  /** More headers. */
  readonly headers?: readonly string[];
}

/** An answer of the gateway in place of the provider's. Its message holds no key, no prompt and no address. */
export class RelayError extends Error {
  readonly status: number;
  readonly code: RelayErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, string | number>>;
  /** Names and values in turn. */
  readonly headers: readonly string[];

  constructor(status: number, code: RelayErrorCode, message: string, options: RelayErrorOptions = {}) {
    super(message);
    this.status = status;
    this.code = code;
    // The SDK of OpenAI leaves a wait of more than a minute out of account.
    this.retryAfterMs = options.retryAfterMs === undefined ? undefined : Math.min(options.retryAfterMs, LONGEST_WAIT);
    this.details = options.details ?? {};
    this.headers = options.headers ?? [];
  }
}

const LONGEST_WAIT = 60_000;

/** A 400 that says what is wrong with a request. */
export function badRequest(message: string): RelayError {
  return new RelayError(400, "tessera_bad_request", message);
}

/** The answer to what went wrong in the gateway itself. The caller learns no more than that; a warning tells the rest. */
export function internalError(defect: unknown): RelayError {
  process.emitWarning(defect instanceof Error ? defect : String(defect), { code: "TESSERA_DEFECT" });
  return new RelayError(500, "tessera_internal", "The gateway failed at this request.", { retryAfterMs: 1000 });
}
