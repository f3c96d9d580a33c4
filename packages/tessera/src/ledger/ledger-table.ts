import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { LedgerHead } from "./head-file.ts";
import type { UnplacedRow } from "./ledger-row.ts";
import { chainOfRow, rowId, seqOfRow } from "./row-id.ts";

/** The newest chain of a ledger as the database has it. */
export interface NewestChain {
  readonly number: number;
  /** Its last row that is there. */
  readonly head: LedgerHead;
  /** True when its writer ended as it should. */
  readonly closed: boolean;
}

/** Writes the tables of a ledger; see `migrations.ts`. Transactions are for the caller. */
export class LedgerTable {
  readonly #database: DatabaseSync;
  readonly #insertRow: StatementSync;
  readonly #setHead: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insertRow = database.prepare("INSERT INTO ledger_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#setHead = database.prepare("UPDATE ledger_chains SET head_seq = ?, head_hash = ? WHERE number = ?");
  }

  newestChain(): NewestChain | undefined {
    const chain = this.#database.prepare("SELECT * FROM ledger_chains ORDER BY number DESC LIMIT 1").get();
    if (chain === undefined) return undefined;
    const number = Number(chain["number"]);
    const last = this.#database.prepare("SELECT id, hash FROM ledger_rows ORDER BY id DESC LIMIT 1").get();
    const id = Number(last?.["id"] ?? 0);
    const isThere = chainOfRow(id) === number;
    const head = { chain: String(chain["name"]), seq: isThere ? seqOfRow(id) : 0, hash: String(last?.["hash"] ?? "") };
    return { number, head, closed: chain["closed"] === 1 };
  }

  addChain(number: number, name: string, keyId: string | undefined): void {
    this.#database.prepare("INSERT INTO ledger_chains VALUES (?, ?, 0, '', 0, ?)").run(number, name, keyId ?? null);
  }

  addRow(
    chain: number,
    seq: number,
    at: number,
    row: UnplacedRow,
    written: { readonly text: string; readonly checks: Uint8Array; readonly hash: string },
  ): void {
    this.#insertRow.run(
      rowId(chain, seq),
      at,
      row.kind,
      row.tenant ?? null,
      row.workload ?? null,
      row.run ?? null,
      row.original_pusd === undefined ? null : Number(row.original_pusd),
      row.actual_pusd === undefined ? null : Number(row.actual_pusd),
      row.verified === undefined ? null : Number(row.verified),
      written.text,
      written.checks,
      written.hash,
    );
  }

  setHead(chain: number, head: LedgerHead): void {
    this.#setHead.run(head.seq, head.hash, chain);
  }

  close(chain: number): void {
    this.#database.prepare("UPDATE ledger_chains SET closed = 1 WHERE number = ?").run(chain);
  }

  addKey(keyId: string, publicKey: string): void {
    this.#database.prepare("INSERT OR IGNORE INTO ledger_keys VALUES (?, ?)").run(keyId, publicKey);
  }

  /** Adds a checkpoint, in no transaction. Before it goes into an anchor file it must be on the disk: `Store.sync`. */
  addCheckpoint(chain: number, lastSeq: number, text: string): void {
    this.#database.prepare("INSERT INTO ledger_checkpoints VALUES (?, ?, ?, 0)").run(chain, lastSeq, text);
  }

  /** The checkpoints that are in no anchor file yet, in the order in which they were made. */
  unanchored(): readonly { readonly chain: number; readonly lastSeq: number; readonly text: string }[] {
    return this.#database
      .prepare("SELECT chain, last_seq, text FROM ledger_checkpoints WHERE anchored = 0 ORDER BY chain, last_seq")
      .all()
      .map((row) => ({ chain: Number(row["chain"]), lastSeq: Number(row["last_seq"]), text: String(row["text"]) }));
  }

  setAnchored(chain: number, lastSeq: number): void {
    this.#database
      .prepare("UPDATE ledger_checkpoints SET anchored = 1 WHERE chain = ? AND last_seq <= ?")
      .run(chain, lastSeq);
  }

  /** How far the spill of a name was taken over. */
  spillTaken(name: string): number {
    const row = this.#database.prepare("SELECT taken FROM ledger_spill WHERE name = ?").get(name);
    return Number(row?.["taken"] ?? 0);
  }

  setSpillTaken(name: string, taken: number): void {
    this.#database.exec("DELETE FROM ledger_spill");
    this.#database.prepare("INSERT INTO ledger_spill VALUES (?, ?)").run(name, taken);
  }

  /** Does work in a transaction of its own: all of it or, where it throws, nothing. */
  transaction(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}
