import { PRICE_MIGRATIONS } from "../../prices/snapshot-table.ts";
import { openStore, type Store } from "../../store/store.ts";
import { StoreError } from "../../store/store-error.ts";
import { findRequest } from "../find-request.ts";
import { LEDGER_MIGRATIONS } from "../migrations.ts";
import { GENESIS } from "../row-hash.ts";
import { chainOfRow, rowId, seqOfRow } from "../row-id.ts";
import { merklePath } from "./merkle-path.ts";

/** Proof that rows are in a ledger, which can be checked without it. A format of its own, version 1. */
export interface InclusionProof {
  readonly type: "tessera-inclusion-proof";
  readonly version: 1;
  readonly request_id: string;
  /** The request's own row, those of attempts that failed before, and what settled or adjusted it later. */
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

/**
 * Proves that the rows of a request are in the ledger of a database, which may be in use. The request is named by its id, or
 * by what its caller called it.
 *
 * @throws GatewayError as {@link findRequest} does; StoreError `ERR_INVALID_STATE` when no checkpoint seals its rows yet,
 *   `ERR_STORE_UNREADABLE` without a ledger.
 */
export function proveRequest(path: string, name: string): InclusionProof {
  const store = openStore(path, { access: "read" });
  try {
    store.migrate("prices", PRICE_MIGRATIONS);
    store.migrate("ledger", LEDGER_MIGRATIONS);
    store.database.exec("BEGIN");
    const { requestId, rows: found } = findRequest(store.database, name, path);
    const rows = found.map(({ id, text }) => proven(store, id, text));
    return {
      type: "tessera-inclusion-proof",
      version: 1,
      request_id: requestId,
      rows,
      public_key: keyOf(store, found[0].id),
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
