import type { DatabaseSync } from "node:sqlite";
import type { Migration } from "../store/migrate.ts";
import type { Store } from "../store/store.ts";
import { GatewayError } from "../config/gateway-error.ts";
import { type Cap, CAP_MODES, CAP_SCOPES, CAP_UNITS, CAP_WINDOWS, capName } from "./cap.ts";

/** The table of the caps that were set by command. */
export const CAP_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "caps",
    sql: `CREATE TABLE caps (
      scope TEXT NOT NULL, subject TEXT NOT NULL, window TEXT NOT NULL, unit TEXT NOT NULL, cap_limit TEXT, mode TEXT NOT NULL,
      PRIMARY KEY (scope, subject, window, unit)
    ) STRICT, WITHOUT ROWID;`,
  },
];

/** The caps that were set by command. They go before those of the configuration. */
export class CapTable {
  readonly #database: DatabaseSync;

  /** Brings the table up to date. */
  constructor(store: Store) {
    store.migrate("caps", CAP_MIGRATIONS);
    this.#database = store.database;
  }

  /** Those of the configuration as they were changed by command, and the others that were set. */
  over(configured: readonly Cap[]): readonly Cap[] {
    const all = new Map(configured.map((cap) => [capName(cap), cap]));
    for (const row of this.#database.prepare("SELECT * FROM caps ORDER BY scope, subject, window, unit").all()) {
      const cap = readRow(row);
      const { limit } = cap;
      if (limit === undefined) all.delete(capName(cap));
      else all.set(capName(cap), { ...cap, limit });
    }
    return [...all.values()];
  }

  set({ scope, subject, window, unit, limit, mode }: Cap): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO caps VALUES (?, ?, ?, ?, ?, ?)")
      .run(scope, subject, window, unit, String(limit), mode);
  }

  /** Takes a cap away, also one of the configuration. */
  remove({ scope, subject, window, unit, mode }: Omit<Cap, "limit">): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO caps VALUES (?, ?, ?, ?, NULL, ?)")
      .run(scope, subject, window, unit, mode);
  }
}

type StoredCap = Omit<Cap, "limit"> & { readonly limit: bigint | undefined };

function readRow(row: Record<string, unknown>): StoredCap {
  const limit = row["cap_limit"];
  return {
    scope: oneOf(CAP_SCOPES, row["scope"]),
    subject: String(row["subject"]),
    window: oneOf(CAP_WINDOWS, row["window"]),
    unit: oneOf(CAP_UNITS, row["unit"]),
    limit: typeof limit === "string" ? BigInt(limit) : undefined,
    mode: oneOf(CAP_MODES, row["mode"]),
  };
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw new GatewayError(
    "ERR_INVALID_STATE",
    `The table of the caps holds ${JSON.stringify(value)}, not one of ${allowed.join(", ")}.`,
  );
}
