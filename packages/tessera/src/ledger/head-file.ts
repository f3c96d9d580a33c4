import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { isRawObject } from "@tesserae/wire";

/** The last row of the newest chain, kept apart from the rows: a row that is missing at the end is noticed by it. */
export interface LedgerHead {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** One write of so many bytes at the file's beginning replaces the head. */
const BYTES = 256;

/** Where the head of a database's ledger is kept. */
export function headPathOf(databasePath: string): string {
  return `${databasePath}-head`;
}

/** The head in its file beside the database, written after every commit. */
export class HeadFile {
  readonly #path: string;
  #file: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Replaces the head. Throws what the file system throws. */
  write(head: LedgerHead): void {
    this.#file ??= openSync(this.#path, "w", 0o600);
    const line = JSON.stringify({ chain: head.chain, seq: `${head.seq}`, hash: head.hash });
    writeSync(this.#file, `${line.padEnd(BYTES - 1)}\n`, 0);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** The head as its file has it; `undefined` when there is none that can be read. */
export function readHead(path: string): LedgerHead | undefined {
  try {
    const head: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (!isRawObject(head)) return undefined;
    const { chain, seq, hash } = head;
    if (typeof chain !== "string" || typeof seq !== "string" || typeof hash !== "string") return undefined;
    return { chain, seq: Number(seq), hash };
  } catch {
    return undefined;
  }
}
