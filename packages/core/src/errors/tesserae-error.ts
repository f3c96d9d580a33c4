import type { ErrorCode } from "./codes.ts";

const BRAND = Symbol.for("tesserae.error");

/** What an error may carry beside its code and message. */
export interface TesseraeErrorOptions {
  /** The error or value that led to this one. */
  readonly cause?: unknown;
}

/**
 * The base of every error that Tesserae throws.
 *
 * `code` is stable and meant for programs, `message` says what was wrong, where, and what to do.
 * Recognise it with {@link isTesseraeError}: that works across several copies of a package, where `instanceof` does not.
 */
export class TesseraeError extends Error {
  /** A stable code from the error table. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: TesseraeErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.name = "TesseraeError";
  }
}

Object.defineProperty(TesseraeError.prototype, BRAND, { value: true });

/** True for any error made by Tesserae, also by another copy of the package; with `code`, only for that code. */
export function isTesseraeError(value: unknown, code?: ErrorCode): value is TesseraeError {
  return (
    value instanceof Error &&
    Reflect.get(value, BRAND) === true &&
    (code === undefined || (value as { code?: unknown }).code === code)
  );
}
