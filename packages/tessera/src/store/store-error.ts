const BRAND = Symbol.for("tesserae.error");

/** Codes of what can be wrong with the gateway's files; they are rows of the error table of `@tesserae/core`. */
export type StoreErrorCode =
  | "ERR_INVALID_ARGUMENT"
  | "ERR_INVALID_STATE"
  | "ERR_STORE_LOCKED"
  | "ERR_STORE_UNREADABLE"
  | "ERR_STORE_VERSION";

/** Something is wrong with the gateway's database, its prices or its ledger. `isTesseraeError` of core recognises it. */
export class StoreError extends Error {
  /** A stable code from the error table. */
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
  }
}

Object.defineProperty(StoreError.prototype, BRAND, { value: true });
