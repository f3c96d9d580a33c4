import type { ServerResponse } from "node:http";
import type { JsonScanner } from "../http/json/json-scanner.ts";
import type { Slot } from "../http/rate-limits.ts";
import type { ReceivedExchange } from "../http/received-exchange.ts";
import type { FullSettings } from "../http/settings.ts";
import type { LedgerSink, Outcome, Reservation, Settled } from "../ports.ts";
import type { CachePlan } from "./cache-plan.ts";
import type { SlabPool } from "./slab-pool.ts";
import type { TokenCounts } from "./usage-surplus.ts";
import type { UpstreamRequest } from "./upstream-call.ts";
import type { UpstreamTarget } from "./upstream-target.ts";
import type { Watchdog } from "./watchdog.ts";

/** What all requests share. */
export interface RelayContext {
  readonly settings: FullSettings;
  readonly ledger: LedgerSink;
  readonly scanner: JsonScanner;
  readonly watchdog: Watchdog;
  readonly slabs: SlabPool;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Hears of each request that is over. */
  readonly onSettled: ((exchange: ReceivedExchange, outcome: Outcome, settled: Settled) => void) | undefined;
}

/** A request that was admitted, with what belongs to it. */
export interface AdmittedRequest {
  readonly exchange: ReceivedExchange;
  readonly response: ServerResponse;
  readonly target: UpstreamTarget;
  readonly outgoing: UpstreamRequest;
  readonly plan: CachePlan;
  /** Whether the gateway asked for the chunk with the usage. */
  readonly dropsUsage: boolean;
  readonly takesTrailers: boolean;
  /** The tokens that it was taken to use; undefined where that is no estimate. */
  readonly estimated: TokenCounts | undefined;
  /** Set once, before the request is sent. */
  reservation: Reservation | undefined;
  readonly slot: Slot | undefined;
  /** What the caller wants to know of how the request was planned. */
  readonly plannedAs: string | undefined;
  /** When it came, and when its body was whole, on the clock of `performance.now()`. */
  readonly arrivedAt: number;
  readonly startedAt: number;
}
