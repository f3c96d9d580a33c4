import { TesseraeError } from "../errors/tesserae-error.ts";
import type { ErrorJson } from "./entries.ts";

/**
 * The error of an effect that failed with something that is not Tesserae's own. It bears the original name and message,
 * so that a run sees the same whether the effect was performed or answered from a journal.
 */
export class EffectError extends TesseraeError {
  /** The code of the original error, such as `ENOENT`. */
  readonly originalCode: string | undefined;
  /** The HTTP status, where the original error had one. */
  readonly status: number | undefined;
  /** Whether the original error said that trying again may help. */
  readonly retryable: boolean | undefined;

  constructor(original: ErrorJson, options: { readonly cause?: unknown } = {}) {
    super("ERR_EFFECT_FAILED", original.message, options);
    this.name = original.name;
    this.originalCode = original.code === null || original.code === "ERR_EFFECT_FAILED" ? undefined : original.code;
    this.status = original.status;
    this.retryable = original.retryable;
  }
}
