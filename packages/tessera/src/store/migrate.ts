import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "./store-error.ts";

/** One step of a room's tables. Once released, it is never changed: a later step changes what it made. */
export interface Migration {
  /** 1, 2, 3 and so on, in each room. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

const TABLE = `CREATE TABLE IF NOT EXISTS tessera_migrations (
  room TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL,
  PRIMARY KEY (room, number)
) STRICT, WITHOUT ROWID`;

/**
 * Brings a room's tables to the newest step, forwards only, all steps in one transaction.
 *
 * @throws StoreError `ERR_STORE_VERSION` when the database is newer than this program, when a step that was applied has
 *   another text today, or when steps are missing and the database is open for reading only.
 */
export function migrate(
  database: DatabaseSync,
  room: string,
  migrations: readonly Migration[],
  options: { readonly path: string; readonly readOnly: boolean },
): void {
  checkNumbers(room, migrations);
  if (options.readOnly) {
    const missing = missingSteps(database, room, migrations, options.path);
    if (missing.length === 0) return;
    throw new StoreError(
      "ERR_STORE_VERSION",
      `${options.path} is older than this program: its tables "${room}" lack step ${missing[0]?.number} ` +
        `(${missing[0]?.name}), and it is open for reading only. Start the gateway once on it, or run \`tessera migrate\`.`,
    );
  }
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(TABLE);
    for (const step of missingSteps(database, room, migrations, options.path)) {
      database.exec(step.sql);
      database
        .prepare("INSERT INTO tessera_migrations VALUES (?, ?, ?, ?, ?)")
        .run(room, step.number, step.name, checksumOf(step), new Date().toISOString());
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function missingSteps(
  database: DatabaseSync,
  room: string,
  migrations: readonly Migration[],
  path: string,
): readonly Migration[] {
  const applied = appliedSteps(database, room);
  for (const step of applied) {
    const known = migrations[step.number - 1];
    if (known === undefined) {
      throw new StoreError(
        "ERR_STORE_VERSION",
        `${path} is newer than this program: its tables "${room}" are at step ${step.number} (${step.name}), ` +
          `and step ${migrations.length} is the newest known here. Update Tesserae; nothing was changed.`,
      );
    }
    if (step.checksum !== checksumOf(known)) {
      throw new StoreError(
        "ERR_STORE_VERSION",
        `Step ${step.number} (${step.name}) of the tables "${room}" in ${path} was made by another text than the one ` +
          "in this program: the database and the program do not belong together. Nothing was changed.",
      );
    }
  }
  return migrations.slice(applied.length);
}

function appliedSteps(database: DatabaseSync, room: string): readonly Applied[] {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'tessera_migrations'").get();
  if (exists === undefined) return [];
  return database
    .prepare("SELECT number, name, checksum FROM tessera_migrations WHERE room = ? ORDER BY number")
    .all(room)
    .map((row) => ({ number: Number(row["number"]), name: String(row["name"]), checksum: String(row["checksum"]) }));
}

function checkNumbers(room: string, migrations: readonly Migration[]): void {
  const wrong = migrations.findIndex((step, index) => step.number !== index + 1);
  if (wrong === -1) return;
  throw new StoreError(
    "ERR_INVALID_ARGUMENT",
    `Migration ${wrong + 1} of the tables "${room}" bears the number ${migrations[wrong]?.number}; they count 1, 2, 3.`,
  );
}

function checksumOf(step: Migration): string {
  return createHash("sha256").update(`${step.number}\n${step.name}\n${step.sql}`).digest("hex");
}
