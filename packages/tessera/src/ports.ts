/**
 * What the relay needs of the rest of the gateway. The relay knows these shapes alone; stores, prices and the ledger stand
 * behind them. All answers are at once: the relay never waits for a disk.
 */
import type { ModelPrice } from "@tesserae/wire/catalogue";
import type { Usage } from "@tesserae/wire/usage";
import type { Exchange, Upstream } from "./exchange.ts";
import type { KeyRecord } from "./keys/key-record.ts";
import type { UnplacedRow } from "./ledger/ledger-row.ts";
import type { MechanicId, Workload } from "./workloads/workload.ts";

/** The keys of the gateway. */
export interface KeyDirectory {
  /** The key that was presented, `undefined` when it is unknown, revoked or expired. In constant time. */
  authenticate(presented: string): KeyRecord | undefined;
  /** First 16 hex digits of an HMAC of a provider's key: all that is ever kept of it. */
  fingerprint(credential: string): string;
}

/** What a workload is found by. */
export interface WorkloadQuery {
  readonly key: KeyRecord;
  /** `x-tessera-workload`. */
  readonly header?: string | undefined;
  readonly featureTag?: string | undefined;
  readonly upstream: Upstream;
  readonly dialect: string;
  /** The request's body, parsed, asked for only when a fingerprint is needed. */
  readonly body: () => unknown;
}

/** The workloads. */
export interface WorkloadDirectory {
  /** The workload of a request; `refused` where the key may not use it. */
  resolve(query: WorkloadQuery): Workload | { readonly refused: string };
}

/** Whose spending a request counts for, and the most that it can cost. */
export interface CapQuery {
  readonly tenant: string;
  readonly keyId: string;
  readonly workload: string;
  readonly customerTag?: string | undefined;
  /** The most that the request can cost in pico-dollars; `undefined` when its price is unknown. */
  readonly worst: number | undefined;
  /** The most tokens that it can use. */
  readonly worstTokens: number;
  readonly at: number;
}

/** Money set aside for a request in flight. */
export interface Reservation {
  /** What is left of the tightest cap in pico-dollars; `undefined` when no cap applies. */
  readonly remaining: bigint | undefined;
  /**
   * Puts what was really used in the place of what was set aside. Once; later calls do nothing. `isCertain`: nothing more
   * can have been used. Default true; false where the gateway estimates, or does not know.
   */
  settle(actual: number, tokens: number, isCertain?: boolean): void;
}

/** A cap that would be passed. */
export interface CapRefusal {
  readonly refused: true;
  readonly scope: "workload" | "key" | "tenant" | "customer_tag" | "global";
  readonly window: "day" | "week" | "month";
  readonly unit: "usd" | "tokens";
  /** In pico-dollars or tokens. */
  readonly limit: bigint;
  readonly spent: bigint;
  readonly resetsAt: number;
}

/** The spend caps. */
export interface SpendCaps {
  reserve(query: CapQuery): Reservation | CapRefusal;
}

/** Prices of one dated snapshot. */
export interface PriceBook {
  /** `ps_` and 26 characters: the hash of the snapshot, which rows pin. */
  readonly snapshotId: string;
  /** The price of a model at an upstream; `undefined` when it is not known: never guessed. */
  priceOf(model: string, upstream: Upstream, at: number): ModelPrice | undefined;
}

/** How a request ended. */
export type OutcomeStatus = "complete" | "error" | "aborted" | "upstream_truncated" | "refused";

/** What is known of a request when it is over. */
export interface Outcome {
  readonly status: OutcomeStatus;
  readonly httpStatus: number;
  /** Every mechanic that fired, in numeric order. */
  readonly stack: readonly MechanicId[];
  /** The value of `x-tessera-cache`. */
  readonly cache: string;
  readonly servedModel: string;
  readonly usage: Usage | null;
  readonly usageSource: "provider" | "stored" | "estimated";
  /** The provider's word. */
  readonly finish: string | null;
  /** From the request to the last byte, and the gateway's own part of it, in milliseconds. */
  readonly latencyMs: number;
  readonly overheadMs: number;
  /** Attempts that failed before this outcome, with what the provider billed for them, where it said so. */
  readonly failedAttempts: readonly { readonly status: number | null; readonly usage: Usage | null }[];
}

/** What a finished request cost, for response headers, and what is written of it. */
export interface Settled {
  /** In pico-dollars; `undefined` when the price is unknown. */
  readonly original: number | undefined;
  readonly actual: number | undefined;
  /** The request's row, before it has its place in the ledger; `undefined` where none could be made. */
  readonly row?: UnplacedRow | undefined;
}

/** Writes the ledger. */
export interface LedgerSink {
  /** Prices an outcome, writes its rows, and says what it cost. Never throws: what cannot be written is counted. */
  settle(exchange: Exchange, outcome: Outcome): Settled;
  /** Resolves when everything that was settled until now is on disk. */
  flush(): Promise<void>;
}
