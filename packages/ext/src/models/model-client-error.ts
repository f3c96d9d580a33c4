import {
  CancelledError,
  type ErrorCode,
  isTesseraeError,
  TesseraeError,
  type TesseraeErrorOptions,
} from "@tesserae/core";
import { errorOfResponse, errorOfTransport, type ProviderError, type ProviderErrorKind } from "@tesserae/wire/errors";
import type { RetriableError, TryRecord } from "../transport/retry.ts";
import { TransportError, type TransportErrorCode } from "../transport/transport-error.ts";
import type { HttpResponse } from "../transport/types.ts";
import type { KnownSecrets } from "./shared/known-secrets.ts";

/** The codes of a {@link ModelClientError}. */
export type ModelErrorCode = Extract<ErrorCode, `ERR_MODEL_${string}`>;

/** What is known of the client whose call failed. */
export interface ModelErrorContext extends TesseraeErrorOptions {
  /** The provider's name for people, such as `OpenAI`. */
  readonly provider: string;
  /** Where the client looked for the key, such as `OPENAI_API_KEY`; named when the provider refuses the key. */
  readonly keyVariable?: string | undefined;
  /** What the client has sent that must not be told when the provider repeats it. */
  readonly secrets?: KnownSecrets | undefined;
}

/** A model call that failed, the same for every provider. */
export class ModelClientError extends TesseraeError implements RetriableError {
  override readonly code: ModelErrorCode;
  /** What went wrong, in the words of the protocols' taxonomy. */
  readonly kind: Exclude<ProviderErrorKind, "aborted">;
  readonly provider: string;
  /** The HTTP status, when there was a response. */
  readonly status: number | undefined;
  /** The provider's own code, such as `insufficient_quota`. */
  readonly providerCode: string | undefined;
  /** The provider's id of the request, for its support. */
  readonly requestId: string | undefined;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** How long the provider asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Every try of the call; empty when it was not sent by `withRetries`. */
  tries: readonly TryRecord[] = [];

  constructor(error: ProviderError, context: ModelErrorContext) {
    const kind = error.kind === "aborted" ? "unknown" : error.kind;
    const code = CODE_BY_KIND[kind];
    super(code, messageOf(error, context), optionsOf(context));
    this.name = "ModelClientError";
    this.code = code;
    this.kind = kind;
    this.provider = context.provider;
    this.status = error.status;
    this.providerCode = masked(error.code, context);
    this.requestId = masked(error.requestId, context);
    this.retryable = error.retryable;
    this.retryAfterMs = error.retryAfterMs;
  }
}

/** Reads a response whose status reports an error to its end, and makes the error of it. */
export async function modelErrorOfResponse(
  response: HttpResponse,
  context: ModelErrorContext,
): Promise<ModelClientError> {
  const { status, headers } = response;
  let body = "";
  try {
    body = await response.text();
  } catch (error) {
    // The status tells enough when its explanation was lost on the way; an abort is an abort.
    if (error instanceof CancelledError) throw error;
  }
  return new ModelClientError(errorOfResponse({ status, headers, body }), context);
}

/** Makes the error of what a transport threw. A `CancelledError` and a finished {@link ModelClientError} stay as they are. */
export function modelErrorOfThrown(thrown: unknown, context: ModelErrorContext): Error {
  if (thrown instanceof CancelledError || thrown instanceof ModelClientError) return thrown;
  if (thrown instanceof TransportError) {
    const kind = KIND_BY_TRANSPORT_CODE[thrown.code];
    const { retryable, message } = thrown;
    return new ModelClientError({ kind, retryable, message }, { ...context, cause: thrown });
  }
  // Bad arguments and errors of our own code are no failures of the provider.
  if (isTesseraeError(thrown)) return thrown;
  return new ModelClientError(errorOfTransport(thrown), { ...context, cause: thrown });
}

const CODE_BY_KIND: Readonly<Record<Exclude<ProviderErrorKind, "aborted">, ModelErrorCode>> = {
  authentication: "ERR_MODEL_AUTHENTICATION",
  permission: "ERR_MODEL_PERMISSION",
  not_found: "ERR_MODEL_NOT_FOUND",
  invalid_request: "ERR_MODEL_INVALID_REQUEST",
  context_length: "ERR_MODEL_CONTEXT_LENGTH",
  too_large: "ERR_MODEL_REQUEST_TOO_LARGE",
  content_filter: "ERR_MODEL_CONTENT_FILTER",
  rate_limit: "ERR_MODEL_RATE_LIMIT",
  quota: "ERR_MODEL_QUOTA",
  overloaded: "ERR_MODEL_OVERLOADED",
  conflict: "ERR_MODEL_CONFLICT",
  server: "ERR_MODEL_SERVER",
  timeout: "ERR_MODEL_TIMEOUT",
  connection: "ERR_MODEL_CONNECTION",
  cut_stream: "ERR_MODEL_STREAM_CUT",
  malformed: "ERR_MODEL_MALFORMED_ANSWER",
  unknown: "ERR_MODEL_FAILED",
};

const KIND_BY_TRANSPORT_CODE: Readonly<Record<TransportErrorCode, Exclude<ProviderErrorKind, "aborted">>> = {
  ERR_HTTP_CONNECTION: "connection",
  ERR_HTTP_TIMEOUT: "timeout",
  ERR_HTTP_CUT: "cut_stream",
  ERR_HTTP_TOO_LARGE: "malformed",
  ERR_HTTP_MALFORMED: "malformed",
};

/** The cause is there only where the context has one. */
function optionsOf(context: ModelErrorContext): TesseraeErrorOptions {
  const { secrets } = context;
  return secrets !== undefined && "cause" in context ? { cause: secrets.maskCause(context.cause) } : context;
}

function masked(text: string | undefined, { secrets }: ModelErrorContext): string | undefined {
  return text === undefined || secrets === undefined ? text : secrets.mask(text);
}

function messageOf(error: ProviderError, { provider, keyVariable, secrets }: ModelErrorContext): string {
  const status = error.status === undefined ? "" : ` (HTTP ${error.status})`;
  const refused =
    error.kind === "authentication" || error.kind === "permission" || error.status === 401 || error.status === 403;
  const advice =
    refused && keyVariable !== undefined
      ? ` The key was looked for in the option apiKey, then in the environment variable ${keyVariable}.`
      : "";
  const said = secrets === undefined ? error.message : secrets.mask(error.message);
  const words = /[.!?]\s*$/.test(said) ? said.trimEnd() : `${said}.`;
  return `${provider}${status}: ${words}${advice}`;
}
