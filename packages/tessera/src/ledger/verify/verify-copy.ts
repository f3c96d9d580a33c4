import type { KeyObject } from "node:crypto";
import { readSnapshot, snapshotIdOf, type PriceSnapshot } from "../../prices/price-snapshot.ts";
import { readCheckpoint } from "../checkpoint.ts";
import { GENESIS, rowHash } from "../row-hash.ts";
import { AdjustmentCheck } from "./adjustment-check.ts";
import { CheckpointCheck, readKeys, type CheckpointFault } from "./checkpoint-check.ts";
import type { LedgerCopy, StoredChain, StoredRow } from "./ledger-copy.ts";
import { checkMoney, faultOfHash, readRow, type RowFault } from "./row-check.ts";
import { type CheckedRow, RowScanner } from "./row-scanner.ts";
import { MoneySum } from "./money-sum.ts";
import type { LedgerProblem, Verification } from "./verification.ts";

/** A clock may be set back by so much. */
const SKEW_MS = 5000;

/** Checks a ledger from its first row to its last, until something is wrong. */
export async function verifyCopy(copy: LedgerCopy, keys: ReadonlyMap<string, string>): Promise<Verification> {
  const check = new LedgerCheck(copy, readKeys(keys.size > 0 ? keys : copy.keys), keys.size > 0);
  return await check.run();
}

/** Thrown inside to end the check at the first thing that is wrong. */
class Wrong extends Error {
  readonly problem: LedgerProblem;
  readonly exitCode: 1 | 3;

  constructor(problem: LedgerProblem, exitCode: 1 | 3 = 1) {
    super(problem.reason);
    this.problem = problem;
    this.exitCode = exitCode;
  }
}

class LedgerCheck {
  readonly #copy: LedgerCopy;
  readonly #keys: ReadonlyMap<string, KeyObject>;
  /** The keys come from elsewhere: then only what they signed is believed. */
  readonly #isTrusted: boolean;
  readonly #chains: ReadonlyMap<number, StoredChain>;
  readonly #snapshots = new Map<string, PriceSnapshot>();
  #chain: StoredChain | undefined;
  #checkpoints: CheckpointCheck | undefined;
  #last: { readonly chain: string; readonly seq: number; readonly hash: string } | undefined;
  #seq = 0;
  #hash = GENESIS;
  #at = 0;
  #ts = "";
  #rows = 0;
  #gaps = 0;
  #lostRows = 0;
  #signedRows = 0;
  readonly #scanner = new RowScanner();
  readonly #adjustments = new AdjustmentCheck();
  readonly #original = new MoneySum();
  readonly #actual = new MoneySum();
  readonly #verified = new MoneySum();

  constructor(copy: LedgerCopy, keys: ReadonlyMap<string, KeyObject>, isTrusted: boolean) {
    this.#copy = copy;
    this.#keys = keys;
    this.#isTrusted = isTrusted;
    this.#chains = new Map(copy.chains.map((chain) => [chain.number, chain]));
  }

  async run(): Promise<Verification> {
    try {
      this.#readSnapshots();
      for await (const group of this.#copy.rows()) {
        for (const row of group) this.#take(row);
      }
      this.#endChain();
      if (this.#copy.isWhole) {
        this.#checkWhole();
        await this.#checkAdjustments();
      }
    } catch (error) {
      if (error instanceof Wrong) return { ...this.#result(error.exitCode), problem: error.problem };
      const reason = error instanceof Error ? error.message : String(error);
      return { ...this.#result(2), problem: { place: `after row ${this.#seq} of ${this.#name()}`, reason } };
    }
    return this.#result(0);
  }

  #readSnapshots(): void {
    for (const [id, text] of this.#copy.snapshots) {
      const snapshot = readSnapshot(text);
      if (snapshotIdOf(text) !== id || snapshot === undefined) {
        throw new Wrong({ place: `price snapshot ${id}`, field: "text", reason: "was changed after rows pinned it" });
      }
      this.#snapshots.set(id, snapshot);
    }
  }

  #take(stored: StoredRow): void {
    if (stored.chain !== this.#chain?.number) this.#beginChain(stored);
    if (this.#copy.isWhole && stored.seq !== this.#seq + 1) {
      this.#wrongRow(this.#seq + 1, { field: "seq", reason: `is missing: row ${stored.seq} comes next` });
    }
    const previous = stored.seq === this.#seq + 1 ? this.#hash : undefined;
    this.#seq = stored.seq;
    const read = readRow(stored, this.#name(), this.#scanner);
    if (!("row" in read)) return this.#wrongRow(stored.seq, read);
    const { row } = read;
    const money = checkMoney(row, this.#snapshots);
    if (money !== undefined) this.#wrongRow(stored.seq, money);
    if (previous !== undefined && rowHash(previous, stored.text) !== stored.hash) {
      this.#wrongRow(stored.seq, faultOfHash(stored));
    }
    this.#checkTime(row);
    this.#checkEvent(row);
    if (this.#copy.isWhole) this.#wrongCheckpoint(this.#checkpoints?.add(stored.seq, stored.hash));
    this.#hash = stored.hash;
    this.#count(row);
  }

  #beginChain(stored: StoredRow): void {
    this.#endChain();
    const chain = this.#chains.get(stored.chain);
    if (chain === undefined) {
      const place = `row ${stored.seq} of chain number ${stored.chain}`;
      throw new Wrong({ place, seq: stored.seq, field: "chain", reason: "lies in a chain that nobody began" });
    }
    if (this.#chain !== undefined && chain.number < this.#chain.number) {
      throw new Wrong({ place: `chain ${chain.name}`, chain: chain.name, reason: "comes after a later one" });
    }
    this.#chain = chain;
    const checkpoints = this.#copy.checkpoints.filter((other) => other.chain === chain.number);
    this.#checkpoints = new CheckpointCheck(chain, checkpoints, this.#keys, this.#isTrusted);
    [this.#seq, this.#hash, this.#at, this.#ts] = [0, GENESIS, 0, ""];
  }

  #endChain(): void {
    const chain = this.#chain;
    if (chain === undefined || !this.#copy.isWhole) return;
    if (chain.headSeq !== this.#seq) {
      const reason =
        chain.headSeq > this.#seq
          ? `is missing: the chain ended at row ${chain.headSeq}, and its last row is ${this.#seq}`
          : `is not known to the chain, which ended at row ${chain.headSeq}`;
      this.#wrongRow(Math.min(chain.headSeq, this.#seq) + 1, { field: "seq", reason });
    }
    if (chain.headHash !== this.#hash) {
      this.#wrongRow(this.#seq, { field: "hash", reason: "is not the one that the chain ended with" });
    }
    this.#wrongCheckpoint(this.#checkpoints?.end(this.#seq));
    this.#signedRows += this.#checkpoints?.signedRows ?? 0;
    this.#last = { chain: chain.name, seq: this.#seq, hash: this.#hash };
  }

  /** What only a whole ledger can be asked: the head beside it, chains without rows, and the anchors. */
  #checkWhole(): void {
    for (const chain of this.#copy.chains) {
      if (chain.number <= (this.#chain?.number ?? 0) || chain.headSeq === 0) continue;
      const reason = `is missing: the chain ended at row ${chain.headSeq}, and has no rows`;
      throw new Wrong({ place: `row 1 of chain ${chain.name}`, chain: chain.name, seq: 1, field: "seq", reason });
    }
    this.#checkHead();
    const known = new Set(this.#copy.checkpoints.map((checkpoint) => checkpoint.text));
    for (const line of this.#copy.anchors) {
      if (known.has(line)) continue;
      const checkpoint = readCheckpoint(line);
      const place = `checkpoint at row ${checkpoint?.to ?? "?"} of chain ${checkpoint?.chain ?? "?"}`;
      const seq = checkpoint === undefined ? undefined : Number(checkpoint.to);
      throw new Wrong({ place, chain: checkpoint?.chain, seq, reason: "is anchored, and not in the ledger" });
    }
  }

  #checkHead(): void {
    const { head } = this.#copy;
    if (head === undefined || this.#last === undefined) return;
    if (head.chain === this.#last.chain) {
      if (head.seq > this.#last.seq) {
        const reason = `is missing: the head file knows row ${head.seq}, and the last row is ${this.#last.seq}`;
        this.#wrongRow(this.#last.seq + 1, { field: "seq", reason });
      }
      if (head.seq === this.#last.seq && head.hash !== this.#last.hash) {
        this.#wrongRow(head.seq, { field: "hash", reason: "is not the one in the head file" });
      }
    } else if (!this.#copy.chains.some((chain) => chain.name === head.chain)) {
      const reason = "is missing: the head file names it as the newest";
      throw new Wrong({ place: `chain ${head.chain}`, chain: head.chain, reason });
    }
  }

  #checkTime(row: CheckedRow): void {
    // Many rows have the time of the row before.
    const at = row.ts === this.#ts ? this.#at : Date.parse(row.ts);
    this.#ts = row.ts;
    if (!(at >= this.#at - SKEW_MS)) {
      this.#wrongRow(this.#seq, { field: "ts", reason: `is ${row.ts}, which is earlier than the row before` });
    }
    this.#at = Math.max(this.#at, at);
  }

  #checkEvent(row: CheckedRow): void {
    if (row.kind !== "event") {
      if (this.#copy.isWhole && this.#seq === 1 && this.#last !== undefined) {
        this.#wrongRow(1, { field: "event", reason: "does not name the chain before this one" });
      }
      return;
    }
    if (row.event === "gap") this.#gaps += 1;
    this.#lostRows += row.lost_rows ?? 0;
    if (row.event === "lost" || !this.#copy.isWhole) return;
    const expected = {
      previous_chain: this.#last?.chain,
      previous_seq: `${this.#last?.seq}`,
      previous_hash: this.#last?.hash,
    };
    for (const field of ["previous_chain", "previous_seq", "previous_hash"] as const) {
      if (row[field] === expected[field]) continue;
      const reason = `is ${row[field]}, and the chain before ends with ${expected[field]}`;
      this.#wrongRow(this.#seq, { field, reason });
    }
  }

  #count(row: CheckedRow): void {
    this.#rows += 1;
    if (row.adjusts !== undefined) this.#adjustments.note(row.adjusts, { chain: this.#name(), seq: this.#seq, row });
    if (row.original_pusd === undefined || row.actual_pusd === undefined) return;
    // They are safe integers: both follow from usage and prices.
    const [original, actual] = [Number(row.original_pusd), Number(row.actual_pusd)];
    this.#original.add(original);
    this.#actual.add(actual);
    if (row.verified === true) this.#verified.add(original - actual);
  }

  async #checkAdjustments(): Promise<void> {
    const found = await this.#adjustments.fault(() => this.#copy.rows());
    if (found !== undefined) this.#wrongRow(found.of.seq, found.fault, found.of.chain);
  }

  #wrongRow(seq: number, fault: RowFault, chain: string = this.#name()): never {
    const problem = {
      place: `row ${seq} of chain ${chain}`,
      chain,
      seq,
      field: fault.field,
      reason: fault.reason,
    };
    throw new Wrong(problem, fault.missingSnapshot === undefined ? 1 : 3);
  }

  #wrongCheckpoint(fault: CheckpointFault | undefined): void {
    if (fault === undefined) return;
    const place = `checkpoint at row ${fault.seq} of chain ${this.#name()}`;
    throw new Wrong({ place, chain: this.#name(), ...fault });
  }

  #warnings(): readonly string[] {
    const open = this.#rows - this.#signedRows;
    if (!this.#isTrusted || open === 0) return this.#copy.warnings;
    return [...this.#copy.warnings, `${open} of the rows are under no checkpoint that was signed with the keys given.`];
  }

  #name(): string {
    return this.#chain?.name ?? "no chain";
  }

  #result(exitCode: Verification["exitCode"]): Verification {
    return {
      exitCode,
      rows: this.#rows,
      chains: this.#copy.chains.length,
      checkpoints: this.#copy.checkpoints.length,
      signed: this.#copy.checkpoints.filter(({ text }) => !text.includes('"sig":null')).length,
      signedRows: this.#signedRows,
      gaps: this.#gaps,
      lostRows: this.#lostRows,
      original: this.#original.total,
      actual: this.#actual.total,
      verifiedSavings: this.#verified.total,
      warnings: this.#warnings(),
    };
  }
}
