import type { PriceList } from "../prices/price-list.ts";
import { checkpointHash, writeCheckpoint, type CheckpointSigner } from "./checkpoint.ts";
import type { HeadFile, LedgerHead } from "./head-file.ts";
import { ROW_FIELDS, ROW_VERSION, type DraftRow, type LedgerRow } from "./ledger-row.ts";
import type { LedgerTable } from "./ledger-table.ts";
import { MerkleTree } from "./merkle-tree.ts";
import { GENESIS, rowHash } from "./row-hash.ts";
import { CHECK_BYTES, writeRow } from "./row-text.ts";

/** What a chain is written with. */
export interface ChainWriterOptions {
  readonly table: LedgerTable;
  readonly prices: PriceList;
  readonly headFile: HeadFile;
  readonly signer: CheckpointSigner | undefined;
  /** The chain's name: the node and a ULID. */
  readonly name: string;
  readonly number: number;
  /** Goes before the first row. */
  readonly opening: DraftRow | undefined;
  readonly checkpointRows: number;
  readonly checkpointMs: number;
  readonly now: () => number;
}

/** A row that comes so much later than its request was over says so. */
const LATE_MS = 5000;

/**
 * One chain of the ledger: gives rows their place and their hash and writes them. It begins in the database with its first
 * row. Whatever fails leaves it as it was.
 */
export class ChainWriter {
  readonly #options: ChainWriterOptions;
  readonly #tree = new MerkleTree();
  readonly #checks = new Uint8Array(ROW_FIELDS.length * CHECK_BYTES);
  #seq = 0;
  #hash = GENESIS;
  #lastAt = 0;
  #sealedSeq = 0;
  #sealedHash: string | null = null;
  #sealedAt: number;
  /** What the last checkpoint says: a clock that is set back sets back neither rows nor checkpoints. */
  #stampedAt = 0;
  #writtenAt = -1;
  #written = "";

  constructor(options: ChainWriterOptions) {
    this.#options = options;
    this.#sealedAt = options.now();
  }

  /** So many rows may be added before the next checkpoint is due. */
  get room(): number {
    return this.#options.checkpointRows - this.#tree.size;
  }

  get hasBegun(): boolean {
    return this.#seq > 0;
  }

  /** Adds rows in one transaction, and does `also` in it. Throws what the database throws. */
  add(drafts: readonly DraftRow[], also: () => void): void {
    const { table, prices, opening } = this.#options;
    const rows = this.hasBegun || opening === undefined ? drafts : [opening, ...drafts];
    if (rows.length === 0) return;
    let [seq, hash, at] = [this.#seq, this.#hash, this.#lastAt];
    const hashes: string[] = [];
    table.transaction(() => {
      if (!this.hasBegun) this.#begin();
      prices.save();
      also();
      for (const draft of rows) {
        seq += 1;
        at = Math.max(at, draft.at);
        const text = writeRow(this.#placed(draft, seq, at), this.#checks);
        hash = rowHash(hash, text);
        hashes.push(hash);
        table.addRow(this.#options.number, seq, at, draft.row, { text, checks: this.#checks, hash });
      }
      table.setHead(this.#options.number, { chain: this.#options.name, seq, hash });
    });
    [this.#seq, this.#hash, this.#lastAt] = [seq, hash, at];
    for (const added of hashes) this.#tree.add(added);
    prices.saved();
  }

  /** Writes the head into its file. Throws what the file system throws. */
  writeHead(): void {
    this.#options.headFile.write(this.#head());
  }

  /** Writes a checkpoint when enough rows came, or enough time passed, since the last; `always`: when any row came. */
  seal(always: boolean): boolean {
    const now = this.#options.now();
    const isDue = this.room <= 0 || Math.abs(now - this.#sealedAt) >= this.#options.checkpointMs;
    if (this.#tree.size === 0 || !(always || isDue)) return false;
    const stamp = Math.max(now, this.#lastAt, this.#stampedAt);
    const facts = {
      chain: this.#options.name,
      from: `${this.#sealedSeq + 1}`,
      to: `${this.#seq}`,
      rows: this.#tree.size,
      last_hash: this.#hash,
      merkle_root: this.#tree.root(),
      prev_checkpoint: this.#sealedHash,
      ts: new Date(stamp).toISOString(),
    };
    const text = writeCheckpoint(facts, this.#options.signer);
    this.#options.table.addCheckpoint(this.#options.number, this.#seq, text);
    this.#tree.clear();
    [this.#sealedSeq, this.#sealedHash, this.#sealedAt] = [this.#seq, checkpointHash(text), now];
    this.#stampedAt = stamp;
    return true;
  }

  /** Says that the writer ends as it should. */
  close(): void {
    if (this.hasBegun) this.#options.table.close(this.#options.number);
  }

  #begin(): void {
    const { table, number, name, signer } = this.#options;
    table.addChain(number, name, signer?.keyId);
  }

  #placed(draft: DraftRow, seq: number, at: number): LedgerRow {
    if (at !== this.#writtenAt) {
      this.#writtenAt = at;
      this.#written = new Date(at).toISOString();
    }
    const placed = {
      ...draft.row,
      v: ROW_VERSION,
      chain: this.#options.name,
      seq: `${seq}`,
      ts: this.#written,
    } as const;
    return at - draft.at > LATE_MS ? { ...placed, settled_at: new Date(draft.at).toISOString() } : placed;
  }

  #head(): LedgerHead {
    return { chain: this.#options.name, seq: this.#seq, hash: this.#hash };
  }
}
