import { readErrorBody, type ErrorBody } from "./error-body.ts";
import type { HeaderSource } from "./headers.ts";
import { isRetryableKind, type ProviderError, type ProviderErrorKind } from "./provider-error.ts";
import { requestIdOf, retryAfterOf, shouldRetryOf } from "./retry-hint.ts";

/** An HTTP answer that reports an error. */
export interface FailedResponse {
  readonly status: number;
  readonly headers?: HeaderSource;
  /** The body: parsed JSON, or the text as received. */
  readonly body?: unknown;
  /** The present time in milliseconds since 1970, for `retry-after` dates. Default `Date.now()`. */
  readonly now?: number;
}

/**
 * Classifies an HTTP answer that reports an error, of any provider. What the body says goes before the status;
 * `x-should-retry` decides about a retry, except that nothing helps where the money is spent.
 */
export function errorOfResponse(response: FailedResponse): ProviderError {
  const body = readErrorBody(response.body);
  const kind = kindOf(body, response.status);
  const hint = kind === "quota" ? false : shouldRetryOf(response.headers);
  const retryable = hint ?? isRetryableKind(kind);
  const retryAfterMs = retryAfterOf(response.headers, response.now) ?? body.retryAfterMs;
  const requestId = requestIdOf(response.headers) ?? body.requestId;
  return {
    kind,
    retryable,
    ...(retryable && retryAfterMs !== undefined ? { retryAfterMs } : {}),
    status: response.status,
    ...(body.code === undefined ? {} : { code: body.code }),
    message: body.message ?? `The provider answered with HTTP status ${response.status} and no explanation.`,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Classifies an error that came as an event of a stream, of any protocol. */
export function errorOfStreamEvent(event: unknown): ProviderError {
  const body = readErrorBody(event);
  const kind = kindOf(body, body.status);
  return {
    kind: kind === "unknown" ? "server" : kind,
    retryable: kind === "unknown" || isRetryableKind(kind),
    ...(body.retryAfterMs === undefined ? {} : { retryAfterMs: body.retryAfterMs }),
    ...(body.status === undefined ? {} : { status: body.status }),
    ...(body.code === undefined ? {} : { code: body.code }),
    message: body.message ?? "The provider reported an error in mid-stream and did not explain it.",
    ...(body.requestId === undefined ? {} : { requestId: body.requestId }),
  };
}

function kindOf(body: ErrorBody, status: number | undefined): ProviderErrorKind {
  for (const word of body.words) {
    const kind = KIND_BY_WORD.get(word);
    if (kind !== undefined) return kind;
  }
  if (body.words.some((word) => word.includes("perday"))) return "quota";
  const message = body.message ?? "";
  if (status === undefined || status === 400 || status === 413 || status === 422 || status === 500) {
    if (CONTEXT_LENGTH.test(message)) return "context_length";
    if (CONTENT_FILTER.test(message)) return "content_filter";
  }
  for (const word of body.words) {
    const kind = KIND_BY_VAGUE_WORD.get(word);
    if (kind !== undefined && status === undefined) return kind;
  }
  return status === undefined ? "unknown" : kindOfStatus(status, body);
}

function kindOfStatus(status: number, body: ErrorBody): ProviderErrorKind {
  const kind = KIND_BY_STATUS.get(status);
  if (kind !== undefined) return kind;
  // Gemini answers a wrong key with 400.
  if (status === 400 && /api key not valid/i.test(body.message ?? "")) return "authentication";
  if (status >= 500) return "server";
  return status >= 400 ? "invalid_request" : "unknown";
}

/** Words that decide, whatever the status is. */
const KIND_BY_WORD: ReadonlyMap<string, ProviderErrorKind> = new Map([
  ["insufficient_quota", "quota"],
  ["credit_balance_exhausted", "quota"],
  ["billing_hard_limit_reached", "quota"],
  ["billing_not_active", "quota"],
  ["billing_error", "quota"],
  ["enforced_spend_limit_reached", "quota"],
  ["context_length_exceeded", "context_length"],
  ["string_above_max_length", "context_length"],
  ["content_filter", "content_filter"],
  ["content_policy_violation", "content_filter"],
  ["responsibleaipolicyviolation", "content_filter"],
  ["invalid_prompt", "content_filter"],
  ["overloaded_error", "overloaded"],
  ["rate_limit_error", "rate_limit"],
  ["rate_limit_exceeded", "rate_limit"],
  ["invalid_api_key", "authentication"],
  ["authentication_error", "authentication"],
  ["unauthenticated", "authentication"],
  ["permission_error", "permission"],
  ["permission_denied", "permission"],
  ["model_not_found", "not_found"],
  ["not_found_error", "not_found"],
  ["request_too_large", "too_large"],
  ["timeout_error", "timeout"],
  ["deadline_exceeded", "timeout"],
]);

/** Words that decide only where there is no status. */
const KIND_BY_VAGUE_WORD: ReadonlyMap<string, ProviderErrorKind> = new Map([
  ["server_error", "server"],
  ["api_error", "server"],
  ["internal", "server"],
  ["internal_error", "server"],
  ["unavailable", "overloaded"],
  ["resource_exhausted", "rate_limit"],
  ["tokens", "rate_limit"],
  ["requests", "rate_limit"],
  ["not_found", "not_found"],
  ["invalid_argument", "invalid_request"],
  ["invalid_request_error", "invalid_request"],
]);

const KIND_BY_STATUS: ReadonlyMap<number, ProviderErrorKind> = new Map([
  [401, "authentication"],
  [402, "quota"],
  [403, "permission"],
  [404, "not_found"],
  [408, "timeout"],
  [409, "conflict"],
  [413, "too_large"],
  [429, "rate_limit"],
  [503, "overloaded"],
  [504, "timeout"],
  [529, "overloaded"],
]);

const CONTEXT_LENGTH =
  /context (length|window|size)|prompt is too long|input is too long|input token count.*exceeds|too many (input |prompt )?tokens|maximum.*tokens.*(requested|prompt)/i;
const CONTENT_FILTER = /content (management |filtering )?policy|content filter|safety system|flagged as potentially/i;
