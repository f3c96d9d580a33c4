import type { LedgerRow } from "@tesserae/tessera";

/** What a gateway did for a run, from its ledger. */
export interface GatewayBill {
  /** Model calls that passed the gateway. */
  readonly calls: number;
  /** Those of them that were answered without the provider. */
  readonly hits: number;
  /** In pico-dollars: what they would have cost without the gateway, and what they did cost. */
  readonly original: bigint;
  readonly actual: bigint;
  /** Calls whose price nobody knows; they are in no sum. */
  readonly unpriced: number;
}

/** Adds up the rows of a run. */
export function billOf(rows: readonly LedgerRow[]): GatewayBill {
  const requests = rows.filter(({ kind }) => kind === "request");
  const sum = (name: "original_pusd" | "actual_pusd"): bigint =>
    rows.reduce((total, row) => total + BigInt(row[name] ?? 0), 0n);
  return {
    calls: requests.length,
    hits: requests.filter(({ cache }) => cache === "hit" || cache === "coalesced").length,
    original: sum("original_pusd"),
    actual: sum("actual_pusd"),
    unpriced: requests.filter(({ status, actual_pusd: actual }) => status === "complete" && actual === undefined)
      .length,
  };
}
