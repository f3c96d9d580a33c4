import type { ErrorCode } from "../errors/codes.ts";
import { TesseraeError } from "../errors/tesserae-error.ts";

/** What a run may use. A limit reserves the worst case before a call, so that it is never passed. */
export interface RunLimits {
  /** Integer pico-dollars (1e-12 USD). A model whose price is not known is refused. */
  readonly maxCost?: number | undefined;
  readonly maxModelCalls?: number | undefined;
  readonly maxToolCalls?: number | undefined;
  /**
   * Prompt and completion tokens together. Reserved are the estimate of the prompt and the completion's own limit, where
   * the call names one (`max_tokens` and its kin); without one, the last answer may pass the limit.
   */
  readonly maxTokens?: number | undefined;
  /** Wall time in milliseconds; then the run is aborted. */
  readonly maxDurationMs?: number | undefined;
}

/** The name of a limit. */
export type LimitName = keyof RunLimits;

const CODES: { readonly [name in LimitName]: ErrorCode } = {
  maxCost: "ERR_LIMIT_COST",
  maxModelCalls: "ERR_LIMIT_MODEL_CALLS",
  maxToolCalls: "ERR_LIMIT_TOOL_CALLS",
  maxTokens: "ERR_LIMIT_TOKENS",
  maxDurationMs: "ERR_LIMIT_DURATION",
};

/** A run may not use more. Nothing was performed: the one who asked can go on without, or end with what there is. */
export class LimitError extends TesseraeError {
  readonly limit: LimitName;

  constructor(limit: LimitName, message: string) {
    super(CODES[limit], message);
    this.name = "LimitError";
    this.limit = limit;
  }
}

/** The limit that a code stands for. */
export function limitOfCode(code: ErrorCode): LimitName | undefined {
  for (const [limit, own] of Object.entries(CODES)) {
    if (own === code && isLimitName(limit)) return limit;
  }
  return undefined;
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(CODES, name);
}

/** True for the codes of limits. */
export function isLimitCode(code: string | null | undefined): boolean {
  return Object.values(CODES).some((own) => own === code);
}
