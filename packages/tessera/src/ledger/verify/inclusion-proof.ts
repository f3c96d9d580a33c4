import { GatewayError } from "../../config/gateway-error.ts";
import { PRICE_MIGRATIONS } from "../../prices/snapshot-table.ts";
import { openStore, type Store } from "../../store/store.ts";
import { StoreError } from "../../store/store-error.ts";
import { LEDGER_MIGRATIONS } from "../migrations.ts";
import { GENESIS } from "../row-hash.ts";
import { chainOfRow, rowId, seqOfRow } from "../row-id.ts";
import { merklePath } from "./merkle-path.ts";

/** Proof that rows are in a ledger, which can be checked without it. A format of its own, version 1. */
export interface InclusionProof {
  readonly type: "tessera-inclusion-proof";
  readonly version: 1;
  readonly request_id: string;
  /** The request's own row, and those of attempts that failed before. */
  readonly rows: readonly ProvenRow[];
  /** The key in the ledger that the checkpoints name, in PEM; whom it belongs to is to be known from elsewhere. */
  readonly public_key: string | null;
}

/** A row, and the way from it to a checkpoint. */
export interface ProvenRow {
  /** The row's text as it was hashed. */
  readonly row: string;
  /** The hash of the row before it in its chain. */
  readonly previous_hash: string;
  /** The checkpoint that seals it, as it was signed. */
  readonly checkpoint: string;
  /** The row's place among those of the checkpoint, from 0, and its path in their Merkle tree (RFC 6962), in hex. */
  readonly index: number;
  readonly path: readonly string[];
}

const ID = /^tsr_([0-9A-HJKMNP-TV-Z]{10})[0-9A-HJKMNP-TV-Z]{16}$/;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** A row is written when its request is over, which may be long after it came; clocks may be set back a little. */
const LONGEST_MS = 2 * 86_400_000;
const SKEW_MS = 5000;

/**
 * Proves that the rows of a request are in the ledger of a database, which may be in use.
 *
 * @throws GatewayError `ERR_NOT_FOUND` for a request that is not in it; StoreError `ERR_INVALID_ARGUMENT` for what cannot be
 *   the id of one, `ERR_INVALID_STATE` when no checkpoint seals its rows yet, `ERR_STORE_UNREADABLE` without a ledger.
 */
export function proveRequest(path: string, requestId: string): InclusionProof {
  const came = timeOf(requestId);
  const store = openStore(path, { access: "read" });
  try {
    store.migrate("prices", PRICE_MIGRATIONS);
    store.migrate("ledger", LEDGER_MIGRATIONS);
    store.database.exec("BEGIN");
    const found = store.database
      .prepare(
        `SELECT id, text FROM ledger_rows WHERE ts BETWEEN ? AND ?
          AND (text ->> '$.request_id' = ? OR text ->> '$.parent_id' = ?) ORDER BY id`,
      )
      .all(came - SKEW_MS, came + LONGEST_MS, requestId, requestId);
    if (found.length === 0) {
      throw new GatewayError("ERR_NOT_FOUND", `The ledger in ${path} has no row of the request ${requestId}.`);
    }
    const rows = found.map((row) => proven(store, Number(row["id"]), String(row["text"])));
    return {
      type: "tessera-inclusion-proof",
      version: 1,
      request_id: requestId,
      rows,
      public_key: keyOf(store, Number(found[0]?.["id"])),
    };
  } finally {
    store.close();
  }
}

function proven({ database }: Store, id: number, text: string): ProvenRow {
  const [chain, seq] = [chainOfRow(id), seqOfRow(id)];
  const sealed = database
    .prepare(
      "SELECT text, last_seq FROM ledger_checkpoints WHERE chain = ? AND last_seq >= ? ORDER BY last_seq LIMIT 1",
    )
    .get(chain, seq);
  if (sealed === undefined) {
    const newest = database.prepare("SELECT max(number) AS number FROM ledger_chains").get()?.["number"];
    const why =
      newest === chain
        ? "One is written from time to time, when a gateway ends, and by `tessera ledger checkpoint`."
        : "The gateway that wrote it did not end well: such rows are held by the next chain, and cannot be proven alone.";
    throw new StoreError(
      "ERR_INVALID_STATE",
      `No checkpoint seals row ${seq} of its chain${newest === chain ? " yet" : ""}. ${why}`,
    );
  }
  const before = database
    .prepare("SELECT max(last_seq) AS seq FROM ledger_checkpoints WHERE chain = ? AND last_seq < ?")
    .get(chain, seq);
  const first = Number(before?.["seq"] ?? 0) + 1;
  const hashes = database
    .prepare("SELECT hash FROM ledger_rows WHERE id BETWEEN ? AND ? ORDER BY id")
    .all(rowId(chain, first), rowId(chain, Number(sealed["last_seq"])))
    .map((row) => String(row["hash"]));
  const previous = database.prepare("SELECT hash FROM ledger_rows WHERE id = ?").get(rowId(chain, seq - 1));
  return {
    row: text,
    previous_hash: seq === 1 ? GENESIS : String(previous?.["hash"]),
    checkpoint: String(sealed["text"]),
    index: seq - first,
    path: merklePath(hashes, seq - first),
  };
}

function keyOf({ database }: Store, id: number): string | null {
  const key = database
    .prepare("SELECT public_key FROM ledger_keys NATURAL JOIN ledger_chains WHERE number = ?")
    .get(chainOfRow(id));
  return key === undefined ? null : String(key["public_key"]);
}

/** When a request came, which its id says. */
function timeOf(requestId: string): number {
  const digits = ID.exec(requestId)?.[1];
  if (digits === undefined) {
    throw new StoreError(
      "ERR_INVALID_ARGUMENT",
      `"${requestId}" is not the id of a request, which is tsr_ and 26 digits and letters: the header x-tessera-request-id of its answer.`,
    );
  }
  return Array.from(digits).reduce((time, digit) => time * 32 + ALPHABET.indexOf(digit), 0);
}
