import type { DatabaseSync } from "node:sqlite";
import { GatewayError } from "../config/gateway-error.ts";
import { canonicalJson } from "../store/canonical-json.ts";
import { parseRow } from "./ledger-query.ts";
import type { LedgerRow } from "./ledger-row.ts";

/** A row as it was found. */
export interface FoundRow {
  /** Its key in the database; see `row-id.ts`. */
  readonly id: number;
  readonly hash: string;
  /** As it was hashed. */
  readonly text: string;
  readonly row: LedgerRow;
}

const ID = /^tsr_([0-9A-HJKMNP-TV-Z]{10})[0-9A-HJKMNP-TV-Z]{16}$/;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** A row is written when its request is over, which may be long after it came; clocks may be set back a little. */
const LONGEST_MS = 2 * 86_400_000;
const SKEW_MS = 5000;
/** What callers may name a request by; see the header `x-tessera-request-id`. */
const CALLER_ID = /^[\u0020-\u007e]{1,128}$/;

/**
 * The rows of a request in the order in which they were written: attempts that failed, its own, and what settled or adjusted
 * it later. `name` is its id, `tsr_…`, or what its caller called it, which is looked for through the whole ledger.
 *
 * @throws GatewayError `ERR_NOT_FOUND` where there is none; `ERR_INVALID_ARGUMENT` for what cannot name a request, and for a
 *   caller's name of several requests.
 */
export function findRequest(
  database: DatabaseSync,
  name: string,
  where: string,
): { readonly requestId: string; readonly rows: readonly [FoundRow, ...FoundRow[]] } {
  const came = timeOf(name);
  const requestId = came === undefined ? idOfCaller(database, name, where) : name;
  const [first, ...rest] = rowsOf(database, requestId, came ?? timeOf(requestId) ?? 0);
  if (first !== undefined) return { requestId, rows: [first, ...rest] };
  throw new GatewayError("ERR_NOT_FOUND", `The ledger in ${where} has no row of the request ${requestId}.`);
}

function rowsOf(database: DatabaseSync, requestId: string, came: number): readonly FoundRow[] {
  const since = came - SKEW_MS;
  return database
    .prepare(
      `SELECT id, hash, text FROM ledger_rows WHERE ts BETWEEN ? AND ?
          AND (text ->> '$.request_id' = ? OR text ->> '$.parent_id' = ?)
        UNION
        SELECT id, hash, text FROM ledger_rows WHERE ts >= ? AND kind IN ('settlement', 'adjustment')
          AND text ->> '$.parent_id' = ?
        ORDER BY id`,
    )
    .all(since, came + LONGEST_MS, requestId, requestId, since, requestId)
    .map((row) => {
      const text = String(row["text"]);
      return { id: Number(row["id"]), hash: String(row["hash"]), text, row: parseRow(text) };
    });
}

/** No index has what callers call their requests: it would cost every request something, and this is asked by hand. */
function idOfCaller(database: DatabaseSync, name: string, where: string): string {
  if (!CALLER_ID.test(name)) {
    throw new GatewayError(
      "ERR_INVALID_ARGUMENT",
      `${JSON.stringify(name.slice(0, 40))} cannot name a request. Its id is tsr_ and 26 digits and letters: the header ` +
        "x-tessera-request-id of its answer. Or give what the caller sent as x-tessera-request-id.",
    );
  }
  // Inside of other texts quotes are escaped, so that none of them is taken for this member.
  const ids = database
    .prepare("SELECT text ->> '$.request_id' AS id FROM ledger_rows WHERE instr(text, ?) > 0 ORDER BY ledger_rows.id")
    .all(`"caller_request_id":${canonicalJson(name)}`)
    .map((row) => String(row["id"]));
  const [only, ...others] = ids;
  if (only === undefined) {
    throw new GatewayError("ERR_NOT_FOUND", `The ledger in ${where} has no request that its caller called ${name}.`);
  }
  if (others.length === 0) return only;
  const some = ids.length > MOST_NAMED ? [...ids.slice(0, MOST_NAMED), "…"] : ids;
  throw new GatewayError(
    "ERR_INVALID_ARGUMENT",
    `${ids.length} requests were called ${name} by their callers; name one of them by its id: ${some.join(", ")}`,
  );
}

const MOST_NAMED = 10;

/** When a request came, which its id says. */
function timeOf(requestId: string): number | undefined {
  const digits = ID.exec(requestId)?.[1];
  if (digits === undefined) return undefined;
  return Array.from(digits).reduce((time, digit) => time * 32 + ALPHABET.indexOf(digit), 0);
}
