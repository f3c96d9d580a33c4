import type { WindowSpan } from "./cap-window.ts";

/** What one subject has spent in one window, and what is set aside for its requests in flight. */
export class Tally {
  readonly span: WindowSpan;
  spent: bigint;
  spentTokens: bigint;
  reserved = 0n;
  reservedTokens = 0n;
  /** The caps that an operator was told of: once in each window. */
  readonly told: Set<string> = new Set();

  constructor(span: WindowSpan, spent: bigint, spentTokens: bigint) {
    this.span = span;
    this.spent = spent;
    this.spentTokens = spentTokens;
  }

  /** What counts against a limit of this unit. */
  used(unit: "usd" | "tokens"): bigint {
    return unit === "usd" ? this.spent + this.reserved : this.spentTokens + this.reservedTokens;
  }

  /** What was really spent. */
  settled(unit: "usd" | "tokens"): bigint {
    return unit === "usd" ? this.spent : this.spentTokens;
  }
}
