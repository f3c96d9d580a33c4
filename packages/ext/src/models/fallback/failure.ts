import { isTesseraeError } from "@tesserae/core";
import { errorOfTransport, type ProviderErrorKind } from "@tesserae/wire/errors";
import { ModelClientError } from "../model-client-error.ts";
import type { FallbackCondition } from "./options.ts";

/** A call of a client that failed. */
export interface Failure {
  readonly model: string;
  readonly error: unknown;
}

/** What a failure is, for whatever client it comes from. */
export interface FailureFacts {
  readonly kind: Exclude<ProviderErrorKind, "aborted">;
  readonly status: number | undefined;
}

/** For which failures the next client is asked unless somebody says more: 529 is one of the 5xx. */
export const DEFAULT_CONDITIONS: readonly FallbackCondition[] = ["connection", "timeout", 408, 429, "5xx"];

/** The kinds of failure that have names. */
export const NAMED_CONDITIONS: readonly Exclude<FallbackCondition, number>[] = [
  "connection",
  "timeout",
  "rate_limit",
  "quota",
  "overloaded",
  "conflict",
  "server",
  "authentication",
  "permission",
  "not_found",
  "invalid_request",
  "context_length",
  "too_large",
  "content_filter",
  "cut_stream",
  "malformed",
  "unknown",
  "4xx",
  "5xx",
];

/** The status that a failure would have had that was told in another way: in the middle of a stream, for example. */
const STATUS_BY_KIND: Partial<Readonly<Record<ProviderErrorKind, number>>> = {
  rate_limit: 429,
  quota: 429,
  overloaded: 529,
  conflict: 409,
  server: 500,
  authentication: 401,
  permission: 403,
  not_found: 404,
  invalid_request: 400,
  context_length: 400,
  too_large: 413,
  content_filter: 400,
};

/** `ECONNREFUSED` and its kin, and those of undici. */
const SYSTEM_CODE = /^(E(?!RR_)[A-Z0-9]+|UND_ERR_[A-Z_]+)$/;

/** What is known of a failure of a provider; `undefined` for an abort, and for errors that are no provider's. */
export function factsOf(error: unknown): FailureFacts | undefined {
  if (isModelError(error)) return factsFor(error.kind, error.status);
  // Bad arguments, limits, journals: no other client would do better.
  if (isTesseraeError(error)) return undefined;
  const { kind, code } = errorOfTransport(error);
  if (kind === "aborted") return undefined;
  const status = statusOf(error);
  if (status !== undefined) return factsFor("unknown", status);
  // What bears no code of the system may be a mistake in the client.
  return factsFor(kind === "connection" && !SYSTEM_CODE.test(code ?? "") ? "unknown" : kind, undefined);
}

/** True for a failure for which the next client is asked. */
export function meets(conditions: readonly FallbackCondition[], { kind, status }: FailureFacts): boolean {
  // For who waits for the answer a connection that broke in its middle is a broken connection.
  const kinds: readonly FallbackCondition[] = kind === "cut_stream" ? ["cut_stream", "connection"] : [kind];
  const group = status === undefined ? undefined : status >= 500 ? "5xx" : status >= 400 ? "4xx" : undefined;
  return conditions.some(
    (condition) => kinds.includes(condition) || condition === status || (group !== undefined && condition === group),
  );
}

/** The error of a call that no client answered: the last one's kind and status, the words of all, and all as its cause. */
export function joinedError(failures: readonly Failure[]): unknown {
  const last = failures.at(-1);
  const facts = factsOf(last?.error);
  if (last === undefined || facts === undefined || failures.length === 1) return last?.error;
  const { error } = last;
  const known = isModelError(error) ? error : undefined;
  const words = failures.map((failure) => `${failure.model}: ${messageOf(failure.error)}`).join(" ");
  return new ModelClientError(
    {
      kind: facts.kind,
      retryable: known?.retryable ?? false,
      message: `none of the models that were asked answered. ${words}`,
      ...(facts.status === undefined ? {} : { status: facts.status }),
      ...(known?.providerCode === undefined ? {} : { code: known.providerCode }),
      ...(known?.requestId === undefined ? {} : { requestId: known.requestId }),
      ...(known?.retryAfterMs === undefined ? {} : { retryAfterMs: known.retryAfterMs }),
    },
    { provider: "Fallback", cause: failures.map((failure) => failure.error) },
  );
}

/** True for the error of a model call, of another copy of this package too. */
export function isModelError(error: unknown): error is ModelClientError {
  return (
    isTesseraeError(error) && error.code.startsWith("ERR_MODEL_") && typeof Reflect.get(error, "kind") === "string"
  );
}

/** The words of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function factsFor(kind: FailureFacts["kind"], status: number | undefined): FailureFacts {
  return { kind, status: status === undefined || status < 400 ? STATUS_BY_KIND[kind] : status };
}

/** The status as the SDKs of vendors have it on their errors. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const status: unknown = Reflect.get(error, "status") ?? Reflect.get(error, "statusCode");
  return typeof status === "number" ? status : undefined;
}
