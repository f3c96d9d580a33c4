import type { StatementSync } from "node:sqlite";
import type { Usage } from "@tesserae/wire/usage";
import type { Migration } from "../../store/migrate.ts";
import type { Store } from "../../store/store.ts";
import { isSealed, sealOf, type CacheEntry } from "./cache-entry.ts";

/** The tables of the cache, step by step. A step that was released is never changed. */
const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "entries",
    sql: `CREATE TABLE cache_entries (
  key TEXT PRIMARY KEY, tenant TEXT NOT NULL, workload TEXT NOT NULL, model TEXT NOT NULL, form TEXT NOT NULL,
  content_type TEXT NOT NULL, usage TEXT NOT NULL, finish TEXT, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, used_at INTEGER NOT NULL, bytes INTEGER NOT NULL, seal BLOB NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX cache_entries_by_use ON cache_entries (used_at, key, bytes);
CREATE INDEX cache_entries_by_expiry ON cache_entries (expires_at);
CREATE INDEX cache_entries_by_workload ON cache_entries (tenant, workload);
CREATE TABLE cache_totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
INSERT INTO cache_totals VALUES (0, 0);
CREATE TRIGGER cache_entries_in AFTER INSERT ON cache_entries
  BEGIN UPDATE cache_totals SET entries = entries + 1, bytes = bytes + new.bytes; END;
CREATE TRIGGER cache_entries_out AFTER DELETE ON cache_entries
  BEGIN UPDATE cache_totals SET entries = entries - 1, bytes = bytes - old.bytes; END;`,
  },
];

/** What a row costs beside its body, roughly. */
const ROW_BYTES = 512;
/** So many rows are looked at together when room is made. */
const EVICTED_TOGETHER = 64;

/** Changes to be written together. */
export interface EntryBatch {
  readonly entries: Iterable<CacheEntry>;
  /** Keys of entries that were used. */
  readonly used: Iterable<string>;
  readonly removed: Iterable<string>;
  readonly at: number;
}

/** The entries on disk. */
export class EntryTable {
  readonly #store: Store;
  readonly #secret: Uint8Array | undefined;
  readonly #maxBytes: number;
  readonly #get: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #touch: StatementSync;
  readonly #expire: StatementSync;
  readonly #oldest: StatementSync;
  readonly #totals: StatementSync;

  constructor(store: Store, maxBytes: number, secret: Uint8Array | undefined) {
    store.migrate("cache", MIGRATIONS);
    const { database } = store;
    this.#store = store;
    this.#secret = secret;
    this.#maxBytes = maxBytes;
    this.#get = database.prepare("SELECT * FROM cache_entries WHERE key = ?");
    this.#insert = database.prepare("INSERT INTO cache_entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#delete = database.prepare("DELETE FROM cache_entries WHERE key = ?");
    this.#touch = database.prepare("UPDATE cache_entries SET used_at = ? WHERE key = ?");
    this.#expire = database.prepare("DELETE FROM cache_entries WHERE expires_at <= ?");
    this.#oldest = database.prepare("SELECT key, bytes FROM cache_entries ORDER BY used_at LIMIT ?");
    this.#totals = database.prepare("SELECT entries, bytes FROM cache_totals");
  }

  /** How many entries there are, and their bytes. */
  totals(): { readonly entries: number; readonly bytes: number } {
    const row = this.#totals.get();
    return { entries: Number(row?.["entries"] ?? 0), bytes: Number(row?.["bytes"] ?? 0) };
  }

  /** The entry of a key, `undefined` where there is none; `"broken"` where it is not what was written. */
  find(key: string): CacheEntry | "broken" | undefined {
    const row = this.#get.get(key);
    if (row === undefined) return undefined;
    const entry = entryOf(row);
    const { seal } = row;
    return entry !== undefined && seal instanceof Uint8Array && isSealed(entry, seal, this.#secret) ? entry : "broken";
  }

  /** Writes changes in one transaction, all or none, then makes room. Gives how many entries had to go for others. */
  write(batch: EntryBatch): number {
    return this.#inTransaction(() => {
      for (const key of batch.removed) this.#delete.run(key);
      for (const entry of batch.entries) {
        this.#delete.run(entry.key);
        this.#insert.run(...valuesOf(entry, sealOf(entry, this.#secret), batch.at));
      }
      for (const key of batch.used) this.#touch.run(batch.at, key);
      this.#expire.run(batch.at);
      return this.#makeRoom();
    });
  }

  /** Takes out all entries of a workload; gives how many they were. */
  removeWorkload(tenant: string, workload: string): number {
    const sql = "DELETE FROM cache_entries WHERE tenant = ? AND workload = ?";
    return this.#inTransaction(() => Number(this.#store.database.prepare(sql).run(tenant, workload).changes));
  }

  /** Takes out the entry whose key begins so; gives how many they were. */
  removeStartingWith(start: string): number {
    const sql = "DELETE FROM cache_entries WHERE key >= ? AND key < ?";
    // The digits of a key all come before `g`.
    return this.#inTransaction(() => Number(this.#store.database.prepare(sql).run(start, `${start}g`).changes));
  }

  #inTransaction<Result>(change: () => Result): Result {
    const { database } = this.#store;
    database.exec("BEGIN IMMEDIATE");
    try {
      const result = change();
      database.exec("COMMIT");
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  #makeRoom(): number {
    let excess = this.totals().bytes - this.#maxBytes;
    let gone = 0;
    while (excess > 0) {
      const oldest = this.#oldest.all(EVICTED_TOGETHER);
      if (oldest.length === 0) break;
      for (const { key, bytes } of oldest) {
        if (excess <= 0) break;
        this.#delete.run(String(key));
        excess -= Number(bytes);
        gone += 1;
      }
    }
    return gone;
  }
}

type Row = Readonly<Record<string, unknown>>;

function valuesOf(entry: CacheEntry, seal: Buffer, usedAt: number): (string | number | null | Buffer)[] {
  const { key, tenant, workload, model, form, contentType, usage, finish, createdAt, expiresAt, body } = entry;
  const head = [key, tenant, workload, model, form, contentType, JSON.stringify(usage), finish];
  return [...head, createdAt, expiresAt, usedAt, body.length + ROW_BYTES, seal, body];
}

/** The entry in a row; `undefined` where it is none that this program wrote. */
function entryOf(row: Row): CacheEntry | undefined {
  const { key, tenant, workload, model, form, content_type, usage, finish, created_at, expires_at, body } = row;
  if (form !== "json" && form !== "sse") return undefined;
  if (!(body instanceof Uint8Array)) return undefined;
  const known = usageOf(usage);
  if (known === undefined) return undefined;
  return {
    key: String(key),
    tenant: String(tenant),
    workload: String(workload),
    model: String(model),
    form,
    contentType: String(content_type),
    usage: known,
    finish: typeof finish === "string" ? finish : null,
    createdAt: Number(created_at),
    expiresAt: Number(expires_at),
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  };
}

function usageOf(text: unknown): Usage | undefined {
  try {
    // What is not a usage any more breaks the seal, which is over all of it.
    return JSON.parse(String(text)) as Usage;
  } catch {
    return undefined;
  }
}
