import { formatDollars } from "@tesserae/wire/cost";
import { GatewayError } from "../config/gateway-error.ts";
import type { FoundRow } from "./find-request.ts";
import type { UnplacedRow } from "./ledger-row.ts";
import { reckonAdjustment } from "./reckon.ts";

/** A correction of what was written of a request, in pico-dollars: what is to be added, or taken away. */
export interface Adjustment {
  /** To what was paid. */
  readonly actual: number;
  /** To what it would have cost without any mechanic. Default: the same where no mechanic fired, else nothing. */
  readonly original?: number | undefined;
}

/**
 * The row that corrects a request; the rows that are there stay as they are. It has all of the request's own row that sums
 * are made by.
 *
 * @throws GatewayError `ERR_INVALID_ARGUMENT` for a correction of nothing, one that takes away more than was paid, which
 *   would make room under a cap for what others spend, and without the request's own row.
 */
export function adjustmentOf(rows: readonly FoundRow[], { actual, original }: Adjustment): UnplacedRow {
  const found = rows.findLast(({ row }) => row.kind === "request");
  const requestId = found?.row.request_id;
  if (found === undefined || requestId === undefined) {
    throw new GatewayError("ERR_INVALID_ARGUMENT", "Only the row of a request can be adjusted, and there is none.");
  }
  const { row } = found;
  const list = original ?? ((row.stack ?? []).length === 0 ? actual : 0);
  if (![actual, list].every(Number.isSafeInteger) || (actual === 0 && list === 0)) {
    throw new GatewayError("ERR_INVALID_ARGUMENT", "An adjustment adds an amount, or takes one away: give one.");
  }
  const paid = rows.reduce((sum, { row: one }) => sum + BigInt(one.actual_pusd ?? 0), 0n);
  if (actual < 0 && paid + BigInt(actual) < 0n) {
    const message = `The request did cost $${formatDollars(paid)} in all: more than that cannot be taken away.`;
    throw new GatewayError("ERR_INVALID_ARGUMENT", message);
  }
  return {
    kind: "adjustment",
    parent_id: requestId,
    adjusts: found.hash,
    tenant: row.tenant,
    key_id: row.key_id,
    workload: row.workload,
    feature_tag: row.feature_tag,
    customer_tag_hash: row.customer_tag_hash,
    run: row.run,
    agent: row.agent,
    effect: row.effect,
    provider: row.provider,
    upstream: row.upstream,
    endpoint: row.endpoint,
    model_requested: row.model_requested,
    ...reckonAdjustment(list, actual),
  };
}
