import type { PriceSnapshot } from "../prices/price-snapshot.ts";
import type { PriceList } from "../prices/price-list.ts";
import { StoreError } from "../store/store-error.ts";
import { addAnchors } from "./anchor-file.ts";
import type { ChainWriter } from "./chain-writer.ts";
import type { HeadFile } from "./head-file.ts";
import type { DraftRow } from "./ledger-row.ts";
import type { LedgerTable } from "./ledger-table.ts";
import type { SpillFile } from "./spill-file.ts";

/** How the queue stands. */
export interface QueueState {
  /** Rows in memory. */
  readonly queued: number;
  /** True while rows wait in the file beside the database. */
  readonly waiting: boolean;
  /** Rows that could be kept nowhere and are not written down yet as lost. */
  readonly lost: number;
  /** What went wrong last, until it is over. */
  readonly trouble: string | undefined;
}

/** What the queue works with. */
export interface RowQueueParts {
  readonly writer: ChainWriter;
  readonly table: LedgerTable;
  readonly spill: SpillFile;
  readonly headFile: HeadFile;
  readonly prices: PriceList;
  /** Resolves when all that was committed is on the disk. */
  readonly sync: () => Promise<void>;
  /** The files that checkpoints are added to. */
  readonly anchorPaths: readonly string[];
  readonly insertSnapshot: (snapshot: Pick<PriceSnapshot, "id" | "text">) => void;
  readonly onTrouble: (trouble: string) => void;
  readonly now: () => number;
}

/** Rows are written together: after so many milliseconds, or as soon as there are so many. */
const COMMIT_MS = 50;
const COMMIT_ROWS = 64;
/** The most rows of one transaction, so that no request waits long for it. */
const MOST_ROWS = 256;
/** The most rows in memory. */
const MOST_QUEUED = 50_000;
const RETRY_MS = 250;

/**
 * Takes rows at once and writes them soon, in groups. What the database does not take waits in a file, in order, and is
 * tried again; what not even the file takes waits in memory, and beyond its limit is counted as lost.
 */
export class RowQueue {
  readonly #parts: RowQueueParts;
  #rows: DraftRow[] = [];
  #lost = 0;
  #trouble: string | undefined;
  #headTrouble: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #isClosed = false;
  #anchoring: Promise<void> = Promise.resolve();

  constructor(parts: RowQueueParts) {
    this.#parts = parts;
  }

  get state(): QueueState {
    return {
      queued: this.#rows.length,
      waiting: !this.#parts.spill.isEmpty,
      lost: this.#lost,
      trouble: this.#trouble,
    };
  }

  push(rows: readonly DraftRow[]): void {
    if (this.#isClosed || this.#rows.length >= MOST_QUEUED) {
      return this.lose(rows.length, this.#isClosed ? "The ledger is closed." : this.#trouble);
    }
    for (const row of rows) this.#rows.push(row);
    if (this.#trouble !== undefined) return this.#schedule(RETRY_MS);
    if (this.#rows.length < COMMIT_ROWS) this.#schedule(COMMIT_MS);
    else if (!this.#isDue) {
      this.#isDue = true;
      setImmediate(() => this.commit());
    }
  }

  /** Counts rows that could not be kept; the ledger says so as soon as it can be written. */
  lose(rows: number, cause: unknown): void {
    this.#lost += rows;
    this.#setTrouble(`rows are lost: ${wordsOf(cause)}`);
    this.#schedule(RETRY_MS);
  }

  /** Writes a group of what waits. What fails is tried again later. */
  commit(): void {
    this.#isDue = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#step()) return this.#schedule(RETRY_MS);
    if (this.#hasWork()) {
      this.#isDue = true;
      setImmediate(() => this.commit());
    }
  }

  /** Writes everything that waits, to the database or, where that fails, to the file beside it. */
  async flush(): Promise<void> {
    let goesOn = true;
    while (goesOn && this.#hasWork()) goesOn = this.#step();
    if (this.#rows.length > 0) {
      throw new StoreError("ERR_INVALID_STATE", `The ledger cannot be written: ${this.#trouble}.`);
    }
    this.#parts.spill.sync();
    if (!goesOn) this.#schedule(RETRY_MS);
  }

  /** Writes a checkpoint over what was written since the last. */
  async seal(): Promise<void> {
    if (this.#parts.writer.seal(true)) this.#anchorSoon();
    await this.#anchoring;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    try {
      await this.flush();
      // Should rows still wait in the file, the next writer takes them over, after a gap.
      if (this.#hasWork()) return;
      await this.seal();
      this.#parts.writer.close();
    } finally {
      clearTimeout(this.#timer);
      this.#parts.headFile.close();
      this.#parts.spill.close();
    }
  }

  #hasWork(): boolean {
    return this.#rows.length > 0 || this.#lost > 0 || !this.#parts.spill.isEmpty;
  }

  /** Writes one group; false when that failed and its rows wait. */
  #step(): boolean {
    const { spill, writer } = this.#parts;
    try {
      if (spill.isEmpty) this.#writeGroup();
      else this.#writeSpilled();
      this.#writeHead();
      if (writer.seal(false)) this.#anchorSoon();
    } catch (error) {
      // One trouble for both: told apart, they would take turns at every try.
      this.#setTrouble(this.#spill() ?? `rows wait to be written: ${wordsOf(error)}`);
      return false;
    }
    if (this.#trouble !== undefined && this.#lost === 0) this.#setTrouble(undefined);
    return true;
  }

  /** Without its head file a ledger is written all the same: what the file tells is then told by the database alone. */
  #writeHead(): void {
    try {
      this.#parts.writer.writeHead();
      this.#headTrouble = undefined;
    } catch (error) {
      const trouble = `the ledger's head file cannot be written: ${wordsOf(error)}`;
      if (trouble !== this.#headTrouble) this.#parts.onTrouble(trouble);
      this.#headTrouble = trouble;
    }
  }

  #writeGroup(): void {
    const group = this.#rows.slice(0, Math.min(MOST_ROWS, Math.max(1, this.#parts.writer.room)));
    const lost = this.#lost;
    const rows = lost === 0 ? group : [...group, lostRow(lost, this.#parts.now())];
    this.#parts.writer.add(rows, () => {});
    this.#rows.splice(0, group.length);
    this.#lost -= lost;
  }

  #writeSpilled(): void {
    const { spill, writer, table, insertSnapshot } = this.#parts;
    const part = spill.next();
    writer.add(part.rows, () => {
      for (const snapshot of part.snapshots) insertSnapshot(snapshot);
      table.setSpillTaken(spill.name, part.end);
    });
    spill.taken(part.end);
  }

  /** Puts what is in memory into the file. Gives the trouble, should that not be possible either. */
  #spill(): string | undefined {
    if (this.#rows.length === 0) return undefined;
    try {
      this.#parts.spill.add(this.#rows, this.#parts.prices.unsaved());
      this.#rows = [];
      return undefined;
    } catch (error) {
      return `rows wait in memory: ${wordsOf(error)}`;
    }
  }

  #anchorSoon(): void {
    this.#anchoring = this.#anchoring.then(async () => await this.#anchor());
  }

  /**
   * What cannot be anchored is tried again with the next checkpoint. The rows are put on the disk first: else a loss of
   * power could leave a checkpoint in an anchor file that the database does not know.
   */
  async #anchor(): Promise<void> {
    const { table, sync, anchorPaths, onTrouble } = this.#parts;
    try {
      const open = table.unanchored();
      await sync();
      await addAnchors(
        anchorPaths,
        open.map((checkpoint) => checkpoint.text),
      );
      for (const { chain, lastSeq } of open) table.setAnchored(chain, lastSeq);
    } catch (error) {
      onTrouble(`checkpoints wait to be anchored: ${wordsOf(error)}`);
    }
  }

  #schedule(milliseconds: number): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(() => this.commit(), milliseconds);
  }

  #setTrouble(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#parts.onTrouble(trouble ?? "the ledger is written again");
  }
}

function lostRow(lost: number, at: number): DraftRow {
  return { at, row: { kind: "event", event: "lost", lost_rows: lost } };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
