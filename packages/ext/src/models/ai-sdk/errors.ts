import { CancelledError, isAbortError, isObject, isTesseraeError } from "@tesserae/core";
import { errorOfResponse, errorOfStreamEvent } from "@tesserae/wire/errors";
import { ModelClientError, modelErrorOfThrown, type ModelErrorContext } from "../model-client-error.ts";

/**
 * The error of what a model of the AI SDK threw. Its `APICallError` holds status, headers and body of the response,
 * which are read like those of our own clients.
 */
export function errorOfModel(thrown: unknown, provider: string, signal: AbortSignal | undefined): Error {
  const context: ModelErrorContext = { provider, cause: thrown };
  if (signal?.aborted === true && !isTesseraeError(thrown))
    return new CancelledError(undefined, { cause: signal.reason });
  if (isAbortError(thrown)) return isTesseraeError(thrown) ? thrown : new CancelledError(undefined, { cause: thrown });
  if (thrown instanceof Error && isObject(thrown) && typeof thrown["statusCode"] === "number") {
    const { statusCode: status, responseHeaders: headers, responseBody: body, isRetryable } = thrown;
    const error = errorOfResponse({
      status,
      body,
      ...(isObject(headers) ? { headers: headers as Readonly<Record<string, string>> } : {}),
    });
    const known = error.message.includes("no explanation") ? { ...error, message: thrown.message } : error;
    // A status that says nothing of a retry leaves it to the model's own judgement.
    return new ModelClientError(
      { ...known, retryable: known.retryable || (known.kind === "unknown" && isRetryable === true) },
      context,
    );
  }
  return modelErrorOfThrown(thrown, context);
}

/** The error of an `error` part of a stream: whatever the provider sent, or what its package made of it. */
export function errorOfPart(error: unknown, provider: string, signal: AbortSignal | undefined): Error {
  if (error instanceof Error) return errorOfModel(error, provider, signal);
  const event = typeof error === "string" ? { error: { message: error } } : error;
  return new ModelClientError(errorOfStreamEvent(event), { provider, cause: error });
}
