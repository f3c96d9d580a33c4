import type { DatabaseSync } from "node:sqlite";
import type { Migration } from "../store/migrate.ts";
import type { KeyRecord } from "./key-record.ts";

/** The tables of the keys: never a secret, only its HMAC. */
export const KEY_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "keys",
    sql: `CREATE TABLE keys (
      id TEXT PRIMARY KEY, mac TEXT NOT NULL, tenant TEXT NOT NULL, label TEXT NOT NULL, created_at INTEGER NOT NULL,
      expires_at INTEGER, revoked_at INTEGER, last_used_day TEXT, policy TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE key_pepper (id INTEGER PRIMARY KEY CHECK (id = 1), mac TEXT NOT NULL) STRICT;`,
  },
];

/** What a key may do, and how much of it. */
export type KeyPolicy = Pick<
  KeyRecord,
  | "allowedModels"
  | "allowedUpstreams"
  | "allowedWorkloads"
  | "boundWorkload"
  | "rpm"
  | "tpm"
  | "concurrency"
  | "monthlyTokenQuota"
  | "mayTrace"
>;

/** A key as it is stored. */
export interface StoredKey {
  readonly record: KeyRecord;
  /** HMAC-SHA-256 of the secret under the pepper, as hexadecimal digits. */
  readonly mac: string;
  /** The last UTC day on which it was used, `2026-01-31`. */
  readonly lastUsedDay: string | undefined;
}

/** The rows of the keys. */
export class KeyTable {
  readonly #database: DatabaseSync;
  readonly #find: ReturnType<DatabaseSync["prepare"]>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#find = database.prepare("SELECT * FROM keys WHERE id = ?");
  }

  find(id: string): StoredKey | undefined {
    const row = this.#find.get(id);
    return row === undefined ? undefined : readRow(row);
  }

  /** All keys, the oldest first. */
  all(): readonly StoredKey[] {
    return this.#database.prepare("SELECT * FROM keys ORDER BY created_at, id").all().map(readRow);
  }

  count(): number {
    return Number(this.#database.prepare("SELECT count(*) AS n FROM keys").get()?.["n"]);
  }

  insert({ record, mac }: StoredKey): void {
    const { id, tenant, label, createdAt, expiresAt, revokedAt: _, ...policy } = record;
    this.#database
      .prepare("INSERT INTO keys (id, mac, tenant, label, created_at, expires_at, policy) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(id, mac, tenant, label, createdAt, expiresAt ?? null, JSON.stringify(policy));
  }

  /** False when it was revoked before. */
  revoke(id: string, at: number): boolean {
    const { changes } = this.#database
      .prepare("UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
      .run(at, id);
    return changes > 0;
  }

  /** Gives a key another secret. */
  setMac(id: string, mac: string): void {
    this.#database.prepare("UPDATE keys SET mac = ? WHERE id = ?").run(mac, id);
  }

  markUsed(id: string, day: string): void {
    this.#database.prepare("UPDATE keys SET last_used_day = ? WHERE id = ?").run(day, id);
  }

  /** What tells whether the keys were hashed with this pepper; kept when there is none yet. */
  pepperMac(mac: string): string {
    this.#database.prepare("INSERT OR IGNORE INTO key_pepper VALUES (1, ?)").run(mac);
    return String(this.#database.prepare("SELECT mac FROM key_pepper").get()?.["mac"]);
  }
}

function readRow(row: Record<string, unknown>): StoredKey {
  const policy = readPolicy(JSON.parse(String(row["policy"])));
  const record: KeyRecord = {
    id: String(row["id"]),
    tenant: String(row["tenant"]),
    label: String(row["label"]),
    createdAt: Number(row["created_at"]),
    ...(row["expires_at"] === null ? {} : { expiresAt: Number(row["expires_at"]) }),
    ...(row["revoked_at"] === null ? {} : { revokedAt: Number(row["revoked_at"]) }),
    ...policy,
  };
  const day = row["last_used_day"];
  return { record, mac: String(row["mac"]), lastUsedDay: typeof day === "string" ? day : undefined };
}

/** Only what this program wrote: see {@link KeyTable.insert}. */
function readPolicy(policy: unknown): KeyPolicy {
  return typeof policy === "object" && policy !== null ? policy : {};
}
