const BRAND = Symbol.for("tesserae.error");

/** Codes of the errors that this package throws; they are rows of the error table of `@tesserae/core`. */
export type WireErrorCode = "ERR_INVALID_ARGUMENT" | "ERR_STREAM_EVENT_TOO_LARGE" | "ERR_COST_RANGE";

/**
 * The error class of this package, which has no dependency and so cannot use that of `@tesserae/core`.
 * It bears the same brand: `isTesseraeError` of core recognises it.
 */
export class WireError extends Error {
  /** A stable code from the error table. */
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.name = "WireError";
    this.code = code;
  }
}

Object.defineProperty(WireError.prototype, BRAND, { value: true });
