import type { ErrorCode } from "../errors/codes.ts";
import { checkGiven } from "../errors/check-given.ts";
import { ValueError } from "../errors/kinds.ts";
import { isObject } from "../json.ts";
import { TesseraeError } from "../errors/tesserae-error.ts";

/** What a run may use, in nested agents and teams too. Most reserve the worst case before a call, so that they are never passed. */
export interface RunLimits {
  /**
   * Turns of agents. A team stops with the turn that reaches them, as it does at its own `maxTurns`. Agents that speak at
   * once take a turn each: no more of them begin than there are turns left, however many teams ask, and the others are
   * asked by the next run. An agent as a tool that is left without a turn is a refused call.
   */
  readonly maxTurns?: number | undefined;
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

/** What a limit allows and what stood against it when it refused: turns, tokens, calls, or pico-dollars (1e-12 USD). */
export type LimitAccount = {
  readonly allowed: number;
  /** Used, and reserved for calls under way. */
  readonly used: number;
  /** What the refused call could have taken: as much would have to be left. */
  readonly wanted: number;
};

const CODES: { readonly [name in LimitName]: ErrorCode } = {
  maxTurns: "ERR_LIMIT_TURNS",
  maxCost: "ERR_LIMIT_COST",
  maxModelCalls: "ERR_LIMIT_MODEL_CALLS",
  maxToolCalls: "ERR_LIMIT_TOOL_CALLS",
  maxTokens: "ERR_LIMIT_TOKENS",
  maxDurationMs: "ERR_LIMIT_DURATION",
};

/** A run may not use more. Nothing was performed: the one who asked can go on without, or end with what there is. */
export class LimitError extends TesseraeError {
  readonly limit: LimitName;
  /** `undefined` where nothing was reckoned: the time is over, or the price of a model is not known. */
  readonly account: LimitAccount | undefined;

  constructor(limit: LimitName, message: string, account?: LimitAccount) {
    super(CODES[limit], message);
    this.name = "LimitError";
    this.limit = limit;
    this.account = account;
  }
}

/** @throws ValueError for a limit that would protect from nothing: one of an unknown name, or one that is no number. */
export function checkLimits(limits: RunLimits): void {
  checkGiven("option limits", limits, isObject(limits), "an object such as { maxModelCalls: 10 }");
  for (const [name, value] of Object.entries(limits)) {
    if (!isLimitName(name)) {
      throw new ValueError(`There is no limit "${name}". Limits are ${Object.keys(CODES).join(", ")}.`);
    }
    const isRight = value === undefined || (typeof value === "number" && value >= 0);
    checkGiven(`limit ${name}`, value, isRight, "a number, 0 or more");
  }
}

/** The limit that a code stands for. */
export function limitOfCode(code: string | null | undefined): LimitName | undefined {
  for (const [limit, own] of Object.entries(CODES)) {
    if (own === code && isLimitName(limit)) return limit;
  }
  return undefined;
}

/** True for the name of a limit. */
export function isLimitName(name: unknown): name is LimitName {
  return typeof name === "string" && Object.hasOwn(CODES, name);
}

/** True for the codes of limits. */
export function isLimitCode(code: string | null | undefined): boolean {
  return limitOfCode(code) !== undefined;
}
