import type { ErrorCode } from "./codes.ts";
import { TesseraeError, type TesseraeErrorOptions } from "./tesserae-error.ts";

/** A value that cannot be used (Python: `ValueError`). */
export class ValueError extends TesseraeError {
  constructor(message: string, options: TesseraeErrorOptions & { readonly code?: ErrorCode } = {}) {
    super(options.code ?? "ERR_INVALID_ARGUMENT", message, options);
    this.name = "ValueError";
  }
}

/** A call that is not possible in the present state (Python: `RuntimeError`). */
export class RuntimeError extends TesseraeError {
  constructor(message: string, options: TesseraeErrorOptions & { readonly code?: ErrorCode } = {}) {
    super(options.code ?? "ERR_INVALID_STATE", message, options);
    this.name = "RuntimeError";
  }
}

/** A name or id that nobody registered (Python: `LookupError`). */
export class LookupError extends TesseraeError {
  constructor(message: string, options: TesseraeErrorOptions & { readonly code?: ErrorCode } = {}) {
    super(options.code ?? "ERR_NOT_FOUND", message, options);
    this.name = "LookupError";
  }
}

/** An operation that the class does not offer (Python: `NotImplementedError`). */
export class NotImplementedError extends TesseraeError {
  constructor(message: string, options: TesseraeErrorOptions = {}) {
    super("ERR_NOT_IMPLEMENTED", message, options);
    this.name = "NotImplementedError";
  }
}

/** The caller's signal aborted the operation. Its `name` is `AbortError`, as users of `AbortSignal` expect. */
export class CancelledError extends TesseraeError {
  constructor(message = "The operation was aborted.", options: TesseraeErrorOptions = {}) {
    super("ERR_ABORTED", message, options);
    this.name = "AbortError";
  }
}

/** Throws a {@link CancelledError} when the signal is aborted; its reason becomes the `cause`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
}

/** True for an abort, ours or the platform's. */
export function isAbortError(value: unknown): boolean {
  return value instanceof Error && (value.name === "AbortError" || value.name === "TimeoutError");
}
