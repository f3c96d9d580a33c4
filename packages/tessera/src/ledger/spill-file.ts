import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { isRawObject } from "@tesserae/wire";
import type { DraftRow } from "./ledger-row.ts";

/** Part of what was spilled. */
export interface SpilledPart {
  readonly rows: readonly DraftRow[];
  readonly snapshots: readonly { readonly id: string; readonly text: string }[];
  /** Where the next part begins. */
  readonly end: number;
}

/** So much is read back at once. */
const READ_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/** Where rows of a database's ledger wait that could not be written to it. */
export function spillPathOf(databasePath: string): string {
  return `${databasePath}-spill.jsonl`;
}

/**
 * Rows that wait in a file while the database cannot be written. Its first line is a name that no other spill has; the
 * database remembers how far the spill of that name was taken over, so that a crash takes no row twice.
 */
export class SpillFile {
  readonly #path: string;
  #file: number | undefined;
  #size = 0;
  #name = "";
  #drained = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get name(): string {
    return this.#name;
  }

  get isEmpty(): boolean {
    return this.#drained >= this.#size;
  }

  /** Takes up what an earlier process left. `drainedOf` says how far a spill of some name was taken over. */
  recover(drainedOf: (name: string) => number): void {
    try {
      this.#file = openSync(this.#path, "r+");
    } catch {
      return;
    }
    this.#size = fstatSync(this.#file).size;
    if (this.#size === 0) return this.taken(0);
    const line = this.#linesFrom(0)[0];
    this.#name = line?.text ?? "";
    this.#drained = Math.max(line?.end ?? this.#size, drainedOf(this.#name));
    // The last line may be half: a new one must not be joined to it.
    const last = Buffer.alloc(1);
    readSync(this.#file, last, 0, 1, this.#size - 1);
    if (last[0] !== LINE_FEED) this.#append(this.#file, "\n");
    if (this.isEmpty) this.taken(this.#drained);
  }

  /** Adds rows, and the price snapshots that they need. Throws what the file system throws; then nothing was added. */
  add(rows: readonly DraftRow[], snapshots: readonly { readonly id: string; readonly text: string }[]): void {
    const file = this.#file ?? this.#create();
    const lines = [
      ...snapshots.map(({ id, text }) => JSON.stringify({ snapshot: { id, text } })),
      ...rows.map((row) => JSON.stringify(row)),
    ];
    this.#append(file, lines.map((line) => `${line}\n`).join(""));
  }

  /** The next part that was not taken over. */
  next(): SpilledPart {
    const rows: DraftRow[] = [];
    const snapshots: { readonly id: string; readonly text: string }[] = [];
    let end = this.#drained;
    for (const line of this.#linesFrom(this.#drained)) {
      end = line.end;
      const entry = parse(line.text);
      if (entry === undefined) continue;
      if ("row" in entry) rows.push(entry);
      else snapshots.push(entry.snapshot);
    }
    return { rows, snapshots, end: end === this.#drained ? this.#size : end };
  }

  /** Says that everything before `end` was taken over. When that is all, the file is removed. */
  taken(end: number): void {
    this.#drained = end;
    if (!this.isEmpty) return;
    this.close();
    rmSync(this.#path, { force: true });
  }

  sync(): void {
    if (this.#file !== undefined) fsyncSync(this.#file);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #create(): number {
    const file = openSync(this.#path, "w+", 0o600);
    this.#size = 0;
    this.#name = randomUUID();
    try {
      this.#append(file, `${this.#name}\n`);
    } catch (error) {
      closeSync(file);
      rmSync(this.#path, { force: true });
      throw error;
    }
    this.#drained = this.#size;
    this.#file = file;
    return file;
  }

  /** Adds all of a text or, where that fails, nothing. */
  #append(file: number, text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let written = 0; written < bytes.length;) {
        written += writeSync(file, bytes, written, bytes.length - written, this.#size + written);
      }
    } catch (error) {
      ftruncateSync(file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  #linesFrom(start: number): readonly { readonly text: string; readonly end: number }[] {
    if (this.#file === undefined) return [];
    let bytes = Buffer.alloc(READ_BYTES);
    let read = readSync(this.#file, bytes, 0, bytes.length, start);
    // A line that is longer than what is read at once is read whole.
    while (read === bytes.length && !bytes.includes(LINE_FEED)) {
      bytes = Buffer.alloc(bytes.length * 2);
      read = readSync(this.#file, bytes, 0, bytes.length, start);
    }
    const lines: { readonly text: string; readonly end: number }[] = [];
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at !== -1 && at < read; at = bytes.indexOf(LINE_FEED, from)) {
      lines.push({ text: bytes.toString("utf8", from, at), end: start + at + 1 });
      from = at + 1;
    }
    return lines;
  }
}

type Entry = DraftRow | { readonly snapshot: { readonly id: string; readonly text: string } };

function parse(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return isEntry(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  if (!isRawObject(value)) return false;
  const { at, row, snapshot } = value;
  if (isRawObject(row)) return typeof at === "number" && typeof row["kind"] === "string";
  return isRawObject(snapshot) && typeof snapshot["id"] === "string" && typeof snapshot["text"] === "string";
}
