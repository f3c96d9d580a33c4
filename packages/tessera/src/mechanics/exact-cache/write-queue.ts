import { ByteArena } from "./byte-arena.ts";
import type { CacheEntry } from "./cache-entry.ts";
import type { EntryBatch } from "./segment-table.ts";

/** Changes wait so long for others to be written with them; that many bytes wait no longer, so that no write is long. */
const WRITE_DELAY_MS = 250;
const WRITE_BYTES = 192 * 1024;
/** More than this is not kept for a disk that takes nothing. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/** What a {@link WriteQueue} writes to. */
export interface WriteTarget {
  /** Writes changes, all or none. */
  readonly write: (changes: Pick<EntryBatch, "entries" | "removed">) => void;
  /** Told of every write that failed. */
  readonly onError: (error: unknown) => void;
  /** Given the entries that will not be written. Their bodies are good during the call only. */
  readonly onGivenUp: (entry: CacheEntry) => void;
}

/** The changes of a cache that are not on disk yet. They are written together, a little later. */
export class WriteQueue {
  readonly #target: WriteTarget;
  readonly #entries = new Map<string, CacheEntry>();
  /** The bodies of the entries. */
  readonly #bodies = new ByteArena();
  readonly #removed = new Set<string>();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** True when as much waits as is written at once. */
  #isDue = false;
  /** True when the last write failed: the next waits its time, however much there is. */
  #isFailing = false;
  #isClosed = false;

  constructor(target: WriteTarget) {
    this.#target = target;
  }

  /** Nothing is written any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** An entry that waits to be written. Its body is good until the next write. */
  get(key: string): CacheEntry | undefined {
    return this.#entries.get(key);
  }

  /** Whether an entry that may be on disk is to be taken out there. */
  isRemoved(key: string): boolean {
    return this.#removed.has(key);
  }

  /** An entry to be written; its body is copied. */
  add(entry: CacheEntry): void {
    this.#removed.delete(entry.key);
    this.#bytes += entry.body.length - (this.#entries.get(entry.key)?.body.length ?? 0);
    this.#entries.set(entry.key, { ...entry, body: this.#bodies.copyOf(entry.body) });
    this.#schedule();
  }

  /** An entry to be taken out. */
  remove(key: string): void {
    this.#entries.delete(key);
    this.#removed.add(key);
    this.#schedule();
  }

  /** Leaves out the entries that pass the test; gives their keys. What of them is on disk stays. */
  forget(matches: (entry: CacheEntry) => boolean): readonly string[] {
    const gone = Array.from(this.#entries.values()).filter(matches);
    for (const { key } of gone) this.#entries.delete(key);
    return gone.map(({ key }) => key);
  }

  /** Writes what waits. What cannot be written now is written with what comes next. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    if (this.#entries.size + this.#removed.size === 0) return;
    try {
      this.#target.write({ entries: this.#entries.values(), removed: this.#removed });
      this.#isFailing = false;
    } catch (error) {
      this.#isFailing = true;
      this.#target.onError(error);
      // Memory must not grow with a disk that is full.
      if (this.#bytes < MOST_WAITING_BYTES) return;
      for (const entry of this.#entries.values()) this.#target.onGivenUp(entry);
    }
    this.#entries.clear();
    this.#bodies.clear();
    this.#removed.clear();
    this.#bytes = 0;
  }

  /** Writes what waits. Once; then nothing is written any more. */
  close(): void {
    if (this.#isClosed) return;
    this.flush();
    this.#isClosed = true;
  }

  #schedule(): void {
    if (this.#isClosed || this.#isDue) return;
    this.#timer ??= setTimeout(() => this.flush(), WRITE_DELAY_MS).unref();
    if (this.#bytes < WRITE_BYTES || this.#isFailing) return;
    this.#isDue = true;
    setImmediate(() => {
      if (!this.#isClosed) this.flush();
    });
  }
}
