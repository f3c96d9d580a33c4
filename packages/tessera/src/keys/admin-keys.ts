import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { GatewayError } from "../config/gateway-error.ts";
import type { Migration } from "../store/migrate.ts";
import type { Store } from "../store/store.ts";
import { formatKeyText, makeKeyText, parseKeyText } from "./key-text.ts";

/** What holders of an admin key may do; each role may do what the ones before it may. */
export const ADMIN_ROLES = ["viewer", "operator", "admin"] as const;

/** A role of an admin key. */
export type AdminRole = (typeof ADMIN_ROLES)[number];

/** A key to look after the gateway with, without its secret. It is good for no request to a model. */
export interface AdminKeyRecord {
  /** Eight characters of Crockford's base32. */
  readonly id: string;
  readonly role: AdminRole;
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
}

/** What a new admin key is made with. */
export type NewAdminKey = Pick<AdminKeyRecord, "role"> & Partial<Pick<AdminKeyRecord, "label" | "expiresAt">>;

/** A table of their own: no mistake about the keys of callers can make one of these. */
export const ADMIN_KEY_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "admin keys",
    sql: `CREATE TABLE admin_keys (
      id TEXT PRIMARY KEY, mac TEXT NOT NULL, role TEXT NOT NULL, label TEXT NOT NULL, created_at INTEGER NOT NULL,
      expires_at INTEGER, revoked_at INTEGER
    ) STRICT, WITHOUT ROWID`,
  },
];

const PREFIX = "ta";
/** Looked for in the place of an id that cannot be one, so that both take the same work. */
const NOBODY = { id: "--------", secret: "-".repeat(43) };

/**
 * The admin keys (`ta_…`): made as the keys of callers are, found by their id, and compared by the HMAC of their secret in
 * constant time. Nothing is remembered of them: a revocation holds at once.
 */
export class AdminKeys {
  readonly #database: DatabaseSync;
  readonly #pepper: string;
  readonly #now: () => number;
  /** Compared with where no key was found. */
  readonly #noMac = randomBytes(32);

  /** Brings the table up to date. `pepper`: see `readPepper`. */
  constructor({ store, pepper, now = Date.now }: { store: Store; pepper: string; now?: () => number }) {
    store.migrate("admin-keys", ADMIN_KEY_MIGRATIONS);
    this.#database = store.database;
    this.#pepper = pepper;
    this.#now = now;
  }

  /** The key that was presented, where it is valid and its role may do what `needed` may; else `undefined`. */
  authorize(presented: string, needed: AdminRole): AdminKeyRecord | undefined {
    const { id, secret } = parseKeyText(presented, PREFIX) ?? NOBODY;
    const row = this.#database.prepare("SELECT * FROM admin_keys WHERE id = ?").get(id);
    const expected = row === undefined ? this.#noMac : Buffer.from(String(row["mac"]), "hex");
    const isEqual = timingSafeEqual(this.#mac(secret), expected);
    if (row === undefined || !isEqual) return undefined;
    const record = recordOf(row);
    const isOver = record.revokedAt !== undefined || (record.expiresAt ?? Infinity) <= this.#now();
    return !isOver && ADMIN_ROLES.indexOf(record.role) >= ADMIN_ROLES.indexOf(needed) ? record : undefined;
  }

  /** Makes a key. Its text is given here and never again. */
  create({ role, label = "", expiresAt }: NewAdminKey): { readonly key: string; readonly record: AdminKeyRecord } {
    const text = makeKeyText();
    const createdAt = this.#now();
    this.#database
      .prepare("INSERT INTO admin_keys VALUES (?, ?, ?, ?, ?, ?, NULL)")
      .run(text.id, this.#mac(text.secret).toString("hex"), role, label, createdAt, expiresAt ?? null);
    const record = { id: text.id, role, label, createdAt, ...(expiresAt === undefined ? {} : { expiresAt }) };
    return { key: formatKeyText(text, PREFIX), record };
  }

  /** All of them, the oldest first, revoked ones among them. */
  list(): readonly AdminKeyRecord[] {
    return this.#database.prepare("SELECT * FROM admin_keys ORDER BY created_at, id").all().map(recordOf);
  }

  /**
   * Takes a key back; false when it had been revoked before.
   *
   * @throws GatewayError `ERR_NOT_FOUND`
   */
  revoke(id: string): boolean {
    const known = this.#database.prepare("SELECT 1 FROM admin_keys WHERE id = ?").get(id);
    if (known === undefined) {
      throw new GatewayError(
        "ERR_NOT_FOUND",
        `There is no admin key ${id}. \`tessera keys list --admin\` shows the ids.`,
      );
    }
    const { changes } = this.#database
      .prepare("UPDATE admin_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
      .run(this.#now(), id);
    return changes > 0;
  }

  /** Other text goes in than for the keys of callers: the same secret would not have the same HMAC. */
  #mac(secret: string): Buffer {
    return createHmac("sha256", this.#pepper).update(`tessera-admin-v1\n${secret}`).digest();
  }
}

function recordOf(row: Readonly<Record<string, unknown>>): AdminKeyRecord {
  return {
    id: String(row["id"]),
    role: ADMIN_ROLES.find((role) => role === row["role"]) ?? "viewer",
    label: String(row["label"]),
    createdAt: Number(row["created_at"]),
    ...(row["expires_at"] === null ? {} : { expiresAt: Number(row["expires_at"]) }),
    ...(row["revoked_at"] === null ? {} : { revokedAt: Number(row["revoked_at"]) }),
  };
}
