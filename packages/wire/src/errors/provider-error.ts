/**
 * What went wrong with a model call.
 *
 * | kind | meaning | worth a retry |
 * |---|---|---|
 * | `authentication` | no key, or a wrong one | no |
 * | `permission` | the key may not do this | no |
 * | `not_found` | no such model or address | no |
 * | `invalid_request` | the provider does not understand the request | no |
 * | `context_length` | the prompt is longer than the model takes | no |
 * | `too_large` | the request has too many bytes | no |
 * | `content_filter` | refused for its content | no |
 * | `rate_limit` | too many requests or tokens a minute | yes |
 * | `quota` | no money or no daily quota is left | no |
 * | `overloaded` | the provider has more to do than it can | yes |
 * | `conflict` | the provider asks to try again (409) | yes |
 * | `server` | the provider failed | yes |
 * | `timeout` | no answer in time | yes |
 * | `connection` | no connection, or it broke before the answer began | yes |
 * | `aborted` | the caller gave up | no |
 * | `cut_stream` | the answer broke off | no: a part of it was used |
 * | `malformed` | the answer is not what the protocol says | no |
 * | `unknown` | none of these | no |
 */
export type ProviderErrorKind =
  | "authentication"
  | "permission"
  | "not_found"
  | "invalid_request"
  | "context_length"
  | "too_large"
  | "content_filter"
  | "rate_limit"
  | "quota"
  | "overloaded"
  | "conflict"
  | "server"
  | "timeout"
  | "connection"
  | "aborted"
  | "cut_stream"
  | "malformed"
  | "unknown";

/** A failed model call as data, the same for every provider. Plain JSON. */
export interface ProviderError {
  readonly kind: ProviderErrorKind;
  /** Whether the same request may succeed later. In mid-stream it says so of a new request, not of this answer. */
  readonly retryable: boolean;
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The HTTP status, when there was one. */
  readonly status?: number;
  /** The provider's code or type of the error, such as `insufficient_quota` or `overloaded_error`. */
  readonly code?: string;
  /** The provider's words, or ours when there are none. */
  readonly message: string;
  /** The provider's id of the request, for its support. */
  readonly requestId?: string;
}

/** Kinds that a repeated request may get over. */
const RETRYABLE: ReadonlySet<ProviderErrorKind> = new Set([
  "rate_limit",
  "overloaded",
  "conflict",
  "server",
  "timeout",
  "connection",
]);

/** Whether errors of this kind are worth a retry when the provider says nothing about it. */
export function isRetryableKind(kind: ProviderErrorKind): boolean {
  return RETRYABLE.has(kind);
}
