import type { Exchange } from "../exchange.ts";
import { RequestIds } from "../http/request-id.ts";
import type { LedgerSink, Outcome, Settled } from "../ports.ts";
import type { PriceList } from "../prices/price-list.ts";
import { insertSnapshot } from "../prices/snapshot-table.ts";
import type { Store } from "../store/store.ts";
import { adjustmentOf, type Adjustment } from "./adjust.ts";
import { anchorPathOf } from "./anchor-file.ts";
import { ChainWriter } from "./chain-writer.ts";
import { findRequest } from "./find-request.ts";
import { HeadFile, headPathOf, readHead } from "./head-file.ts";
import { readLedger, type LedgerReader } from "./ledger-reader.ts";
import type { DraftRow } from "./ledger-row.ts";
import { LedgerTable, type NewestChain } from "./ledger-table.ts";
import { RowQueue, type QueueState } from "./row-queue.ts";
import { settleRows, type RowMaker } from "./settle-rows.ts";
import { publicKeyOf, readSigningKey } from "./signing-key.ts";
import { SpillFile, spillPathOf } from "./spill-file.ts";

/** What {@link openLedger} needs. */
export interface LedgerOptions {
  /** Open for writing. The ledger keeps its head, its anchors and rows that wait in files beside the database. */
  readonly store: Store;
  readonly prices: PriceList;
  /** Names this gateway in its chains. Default `local`. */
  readonly node?: string;
  /** A checkpoint is due after so many rows (default 1,000) or minutes (default 10). */
  readonly checkpointRows?: number;
  readonly checkpointMinutes?: number;
  /** Ed25519 private key in PEM that signs checkpoints. Default: they are not signed. */
  readonly signingKey?: string;
  /** More files that checkpoints are added to. */
  readonly anchors?: readonly { readonly kind: "file"; readonly path: string }[];
  /** Keys the hash of customers' tags. Default: the hash is plain, and who knows a name can look for it. */
  readonly tagSecret?: string;
  /** Told of what goes wrong with writing, once for each kind of trouble and again when it is over. */
  readonly onTrouble?: (trouble: string) => void;
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number;
}

/** How writing goes. */
export interface LedgerState extends QueueState {
  /** True while rows wait because they cannot be written, or many do; `/readyz` then answers 503. */
  readonly congested: boolean;
}

/** The ledger of a running gateway. */
export interface Ledger extends LedgerSink, LedgerReader {
  readonly state: LedgerState;
  /** Writes a checkpoint now, over the rows since the last. */
  checkpoint(): Promise<void>;
  /**
   * Writes a correction of a request, named by its id or by what its caller called it; gives the request's id.
   *
   * @throws GatewayError `ERR_NOT_FOUND` without such a request, `ERR_INVALID_ARGUMENT` for a correction of nothing.
   */
  adjust(name: string, adjustment: Adjustment): Promise<string>;
  /** Writes what waits, a checkpoint, and that this writer ended well. The store stays open. Once; later calls do nothing. */
  close(): Promise<void>;
}

const CHECKPOINT_ROWS = 1000;
const CHECKPOINT_MINUTES = 10;
const MINUTE_MS = 60_000;

/**
 * Opens the ledger for writing, as a new chain that follows the last one. Where the last writer did not end well, the
 * chain begins with a `gap` event.
 *
 * @throws StoreError `ERR_INVALID_ARGUMENT` for a signing key that is none.
 */
export function openLedger(options: LedgerOptions): Ledger {
  return new ChainedLedger(options);
}

class ChainedLedger implements Ledger {
  readonly #store: Store;
  readonly #maker: RowMaker;
  readonly #now: () => number;
  readonly #queue: RowQueue;
  readonly #reader: LedgerReader;
  #isClosed = false;

  constructor(options: LedgerOptions) {
    const { store, prices } = options;
    this.#store = store;
    this.#now = options.now ?? Date.now;
    this.#maker = { prices, tagSecret: options.tagSecret ?? "tessera-tag-v1" };
    const signer = options.signingKey === undefined ? undefined : readSigningKey(options.signingKey);
    this.#reader = readLedger(store);
    const table = new LedgerTable(store.database);
    if (signer !== undefined) table.addKey(signer.keyId, publicKeyOf(signer));
    const newest = table.newestChain();
    const opening = openingRow(newest, lostRows(newest, headPathOf(store.path)), this.#now());
    const headFile = new HeadFile(headPathOf(store.path));
    const spill = new SpillFile(spillPathOf(store.path));
    spill.recover((name) => table.spillTaken(name));
    const writer = new ChainWriter({
      table,
      prices,
      headFile,
      signer,
      name: `${options.node ?? "local"}-${new RequestIds().next(this.#now()).slice("tsr_".length)}`,
      number: (newest?.number ?? 0) + 1,
      opening,
      checkpointRows: options.checkpointRows ?? CHECKPOINT_ROWS,
      checkpointMs: (options.checkpointMinutes ?? CHECKPOINT_MINUTES) * MINUTE_MS,
      now: this.#now,
    });
    this.#queue = new RowQueue({
      writer,
      table,
      spill,
      headFile,
      prices,
      sync: () => store.sync(),
      anchorPaths: [anchorPathOf(store.path), ...(options.anchors ?? []).map((anchor) => anchor.path)],
      insertSnapshot: (snapshot) => insertSnapshot(store.database, snapshot),
      onTrouble: options.onTrouble ?? (() => {}),
      now: this.#now,
    });
    if (opening?.row.event === "gap" || !spill.isEmpty) this.#queue.commit();
  }

  get state(): LedgerState {
    const state = this.#queue.state;
    return { ...state, congested: state.waiting || state.trouble !== undefined || state.queued > CONGESTED_ROWS };
  }

  settle(exchange: Exchange, outcome: Outcome): Settled {
    try {
      const { rows, settled } = settleRows(exchange, outcome, this.#now(), this.#maker);
      this.#queue.push(rows);
      return settled;
    } catch (error) {
      this.#queue.lose(1, error);
      return { original: undefined, actual: undefined };
    }
  }

  async flush(): Promise<void> {
    await this.#queue.flush();
  }

  async checkpoint(): Promise<void> {
    await this.#queue.flush();
    await this.#queue.seal();
  }

  async adjust(name: string, adjustment: Adjustment): Promise<string> {
    // What is to be corrected may still wait to be written.
    await this.#queue.flush();
    const { requestId, rows } = findRequest(this.#store.database, name, this.#store.path);
    this.#queue.push([{ at: this.#now(), row: adjustmentOf(rows, adjustment) }]);
    await this.#queue.flush();
    return requestId;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#queue.close();
  }

  totals: LedgerReader["totals"] = (query) => this.#reader.totals(query);
  rowsOfRun: LedgerReader["rowsOfRun"] = (run) => this.#reader.rowsOfRun(run);
  exportRows: LedgerReader["exportRows"] = (query) => this.#reader.exportRows(query);
  verify: LedgerReader["verify"] = (query) => this.#reader.verify(query);
}

/** From so many rows on that wait, the database does not keep up. */
const CONGESTED_ROWS = 10_000;

/** How many rows the head file knows of that are not in the database: after a loss of power, or a removal. */
function lostRows(newest: NewestChain | undefined, headPath: string): number {
  const head = readHead(headPath);
  return newest === undefined || head?.chain !== newest.head.chain ? 0 : Math.max(0, head.seq - newest.head.seq);
}

function openingRow(newest: NewestChain | undefined, lost: number, at: number): DraftRow | undefined {
  if (newest === undefined) return undefined;
  return {
    at,
    row: {
      kind: "event",
      event: newest.closed && lost === 0 ? "open" : "gap",
      previous_chain: newest.head.chain,
      previous_seq: `${newest.head.seq}`,
      previous_hash: newest.head.hash,
      lost_rows: lost === 0 ? undefined : lost,
    },
  };
}
