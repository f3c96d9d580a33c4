import type { StatementSync } from "node:sqlite";
import type { Store } from "../../store/store.ts";
import { ByteLru } from "./byte-lru.ts";
import type { CacheEntry } from "./cache-entry.ts";
import { CACHE_MIGRATIONS } from "./cache-migrations.ts";
import { SegmentIndex, type KnownSegment } from "./segment-index.ts";
import { isEncrypted, SegmentCipher } from "./segment-cipher.ts";
import { isSealed, keyTexts, SegmentPacker, unpacked, type Segment } from "./segment.ts";

/** What a row costs beside what is in it, roughly. */
const ROW_BYTES = 128;
/** A segment is full with so many bytes of bodies, or so many entries: who wants one of them reads all. */
const FULL_BYTES = 256 * 1024;
const FULL_ENTRIES = 512;
const LOOK_MS = 60_000;
/** A gateway with little to do writes segments that are small before they are compressed: so many of those are written again as one. */
const SMALL_BYTES = 32 * 1024;
const JOINED = 32;

/** How a table is kept. */
export interface TableOptions {
  /** On disk, and in memory. */
  readonly maxBytes: number;
  readonly memoryBytes: number;
  readonly secret: Uint8Array | undefined;
  /** 32 bytes: what is on disk is encrypted with them, and what is not is not taken. */
  readonly encryptionKey?: Uint8Array | undefined;
}

/** Changes to be written together. */
export interface EntryBatch {
  readonly entries: Iterable<CacheEntry>;
  readonly removed: Iterable<string>;
  readonly at: number;
}

/**
 * The entries on disk, as a log: what is written together is one row, and nothing that was written is changed. Where each
 * entry lies is known in memory, so that a request that is not in the cache never asks the disk. Room is made from the old
 * end; what was used there since it was written is written again.
 */
export class SegmentTable {
  readonly #store: Store;
  readonly #secret: Uint8Array | undefined;
  readonly #packer: SegmentPacker;
  readonly #cipher: SegmentCipher | undefined;
  readonly #maxBytes: number;
  /** The segments that were written or read last. */
  readonly #recent: ByteLru<number, Segment>;
  /** The segment that was read last, as it was unpacked: what was asked for together is asked for together again. */
  #unpacked: { readonly segment: Segment; readonly entries: readonly CacheEntry[] } | undefined;
  readonly #read: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #all: StatementSync;
  /** Segments that are not what was written. */
  readonly #broken = new Set<number>();
  readonly #small = new Set<number>();
  #index = new SegmentIndex();
  #lastId = 0;
  #reads = 0;
  /** Segments are looked through for what has expired about once a minute. */
  #nextLook = 0;

  constructor(store: Store, options: TableOptions) {
    store.migrate("cache", CACHE_MIGRATIONS);
    const { database } = store;
    this.#store = store;
    this.#secret = options.secret;
    this.#packer = new SegmentPacker(options.secret);
    this.#cipher = options.encryptionKey === undefined ? undefined : new SegmentCipher(options.encryptionKey);
    this.#maxBytes = options.maxBytes;
    this.#recent = new ByteLru(options.memoryBytes);
    this.#read = database.prepare("SELECT keys, heads, seal, bodies, size FROM cache_segments WHERE id = ?");
    this.#insert = database.prepare("INSERT INTO cache_segments VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#delete = database.prepare("DELETE FROM cache_segments WHERE id = ?");
    this.#all = database.prepare("SELECT id, expires_at, bytes, keys, size FROM cache_segments ORDER BY id");
    this.#dropOthers();
    this.#load();
  }

  /** Without the key nothing of what is encrypted can be read; and with one nothing may be left of what lay in clear. */
  #dropOthers(): void {
    const { database } = this.#store;
    if (this.#cipher === undefined) {
      database.exec("DELETE FROM cache_segments WHERE heads = ''");
      return;
    }
    database.exec("PRAGMA secure_delete = ON");
    const { changes } = database.prepare("DELETE FROM cache_segments WHERE heads <> ''").run();
    database.exec("PRAGMA secure_delete = OFF");
    if (Number(changes) > 0) database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** How many entries there are, their bytes, and those of the segments in memory. */
  totals(): { readonly entries: number; readonly bytes: number; readonly memoryBytes: number } {
    return { entries: this.#index.entries, bytes: this.#index.bytes, memoryBytes: this.#recent.bytes };
  }

  /** How often a segment was read from the disk. */
  get reads(): number {
    return this.#reads;
  }

  /** The entry of a key, `undefined` where there is none; `"broken"` where it is not what was written. */
  find(key: string): CacheEntry | "broken" | undefined {
    const id = this.#index.segmentOf(key);
    if (id === undefined) return undefined;
    const entries = this.#entriesOf(id);
    if (entries !== undefined) return entries.findLast((entry) => entry.key === key);
    this.#index.drop(id);
    this.#small.delete(id);
    this.#broken.add(id);
    return "broken";
  }

  /** Says that an entry was used: it stays when room is made. */
  use(key: string): void {
    this.#index.use(key);
  }

  /** Writes changes in one transaction, all or none, then makes room. Gives how many entries had to go for others. */
  write(batch: EntryBatch): number {
    return this.#inTransaction(() => {
      for (const key of batch.removed) this.#index.remove(key);
      this.#add(batch.entries);
      for (const id of this.#broken) this.#delete.run(id);
      if (batch.at >= this.#nextLook) {
        this.#nextLook = batch.at + LOOK_MS;
        for (const id of this.#index.over(batch.at)) this.#drop(id);
      }
      this.#join(batch.at);
      return this.#makeRoom(batch.at);
    });
  }

  /** Takes out the entries that pass the test, from the bytes on disk too; gives how many they were. */
  removeWhere(matches: (entry: CacheEntry) => boolean): number {
    return this.#inTransaction(() => {
      let removed = 0;
      for (const id of Array.from(this.#index.ids())) removed += this.#removeIn(id, matches);
      return removed;
    });
  }

  /** Takes out the entry whose key begins so; gives how many they were. */
  removeStartingWith(start: string): number {
    const id = this.#index.segmentOf(start);
    if (id === undefined) return 0;
    return this.#inTransaction(() => this.#removeIn(id, ({ key }) => key.startsWith(start)));
  }

  /** Writes the rest of a segment anew. */
  #removeIn(id: number, matches: (entry: CacheEntry) => boolean): number {
    const live = this.#liveOf(id);
    const rest = live.filter((entry) => !matches(entry));
    if (rest.length === live.length) return 0;
    this.#drop(id);
    this.#add(rest);
    return live.length - rest.length;
  }

  /** Many small segments would make the index large, and slow to be read when the gateway starts. */
  #join(at: number): void {
    if (this.#small.size < JOINED) return;
    const ids = [...this.#small].slice(0, JOINED);
    const entries = ids.flatMap((id) => this.#liveOf(id)).filter(({ expiresAt }) => expiresAt > at);
    for (const id of ids) this.#drop(id);
    this.#add(entries);
  }

  #makeRoom(at: number): number {
    let gone = 0;
    for (const id of this.#index.ids()) {
      if (this.#index.bytes <= this.#maxBytes) break;
      const isKept = ({ key, expiresAt }: CacheEntry): boolean => expiresAt > at && this.#index.isUsed(key);
      const kept = this.#index.hasUsed(id) ? this.#liveOf(id).filter(isKept) : [];
      gone += this.#drop(id) - kept.length;
      this.#add(kept);
    }
    return gone;
  }

  #add(entries: Iterable<CacheEntry>): void {
    let part: CacheEntry[] = [];
    let bytes = 0;
    for (const entry of entries) {
      part.push(entry);
      bytes += entry.body.length;
      if (bytes < FULL_BYTES && part.length < FULL_ENTRIES) continue;
      this.#addSegment(part);
      part = [];
      bytes = 0;
    }
    if (part.length > 0) this.#addSegment(part);
  }

  #addSegment(entries: readonly CacheEntry[]): void {
    const segment = this.#packer.packed(entries);
    const { keys, heads, seal, bodies, size } = this.#cipher?.encrypted(segment) ?? segment;
    const bytes = keys.length + heads.length + bodies.length + ROW_BYTES;
    const expiresAt = entries.reduce((last, entry) => Math.max(last, entry.expiresAt), 0);
    this.#lastId += 1;
    this.#insert.run(this.#lastId, expiresAt, bytes, keys, heads, seal, bodies, size);
    this.#note({ id: this.#lastId, bytes, expiresAt, keys: entries.map(({ key }) => key) }, size);
    this.#recent.set(this.#lastId, segment, bytes);
  }

  #drop(id: number): number {
    this.#delete.run(id);
    this.#recent.delete(id);
    this.#small.delete(id);
    return this.#index.drop(id);
  }

  /** What of a segment is in force; nothing of one that is not what was written. */
  #liveOf(id: number): readonly CacheEntry[] {
    return (this.#entriesOf(id) ?? []).filter(({ key }) => this.#index.segmentOf(key) === id);
  }

  #entriesOf(id: number): readonly CacheEntry[] | undefined {
    const known = this.#recent.get(id);
    if (known !== undefined) return this.#unpack(known);
    const row = this.#read.get(id);
    if (row === undefined) return undefined;
    this.#reads += 1;
    const segment: Segment = {
      keys: bytesOf(row["keys"]),
      heads: String(row["heads"]),
      seal: bytesOf(row["seal"]),
      bodies: bytesOf(row["bodies"]),
      size: Number(row["size"]),
    };
    const plain = this.#plain(segment);
    if (plain === undefined) return undefined;
    this.#recent.set(id, plain, plain.bodies.length + plain.heads.length);
    return this.#unpack(plain);
  }

  /** `undefined` for what is not what was written, and for what is encrypted otherwise than is said now. */
  #plain(segment: Segment): Segment | undefined {
    if (this.#cipher !== undefined) return isEncrypted(segment) ? this.#cipher.decrypted(segment) : undefined;
    return !isEncrypted(segment) && isSealed(segment, this.#secret) ? segment : undefined;
  }

  #unpack(segment: Segment): readonly CacheEntry[] {
    if (this.#unpacked?.segment !== segment) this.#unpacked = { segment, entries: unpacked(segment) };
    return this.#unpacked.entries;
  }

  /** What failed may have changed the index already: then it is read anew. */
  #inTransaction<Result>(change: () => Result): Result {
    const { database } = this.#store;
    database.exec("BEGIN IMMEDIATE");
    try {
      const result = change();
      database.exec("COMMIT");
      this.#broken.clear();
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      this.#load();
      throw error;
    }
  }

  #load(): void {
    this.#index = new SegmentIndex();
    this.#recent.clear();
    this.#small.clear();
    this.#lastId = 0;
    for (const { id, expires_at, bytes, keys, size } of this.#all.iterate()) {
      this.#lastId = Number(id);
      const segment = { id: this.#lastId, bytes: Number(bytes), expiresAt: Number(expires_at) };
      this.#note({ ...segment, keys: keyTexts(bytesOf(keys)) }, Number(size));
    }
  }

  /** `size`: see {@link Segment.size}. */
  #note(segment: KnownSegment, size: number): void {
    this.#index.add(segment);
    if (Math.max(segment.bytes, size) < SMALL_BYTES) this.#small.add(segment.id);
  }
}

function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}
