const BRAND = Symbol.for("tesserae.error");

/** Codes of what can be wrong with the gateway's settings; they are rows of the error table of `@tesserae/core`. */
export type GatewayErrorCode = "ERR_INVALID_ARGUMENT" | "ERR_INVALID_STATE" | "ERR_NOT_FOUND";

/** The gateway was asked for something that it cannot do. `isTesseraeError` of core recognises it. */
export class GatewayError extends Error {
  /** A stable code from the error table. */
  readonly code: GatewayErrorCode;

  constructor(code: GatewayErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = "GatewayError";
    this.code = code;
  }
}

Object.defineProperty(GatewayError.prototype, BRAND, { value: true });
