import type { DatabaseSync } from "node:sqlite";
import type { Migration } from "../store/migrate.ts";
import type { WorkloadSettings } from "./workload-settings.ts";

/** The tables of the workloads: which were seen, what was set for them, which count as another. */
export const WORKLOAD_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "workloads",
    sql: `CREATE TABLE workloads (
      tenant TEXT NOT NULL, name TEXT NOT NULL, auto_key_id TEXT, first_seen INTEGER NOT NULL, PRIMARY KEY (tenant, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE workload_settings (
      tenant TEXT NOT NULL, name TEXT NOT NULL, settings TEXT NOT NULL, PRIMARY KEY (tenant, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE workload_merges (
      tenant TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (tenant, name)
    ) STRICT, WITHOUT ROWID;`,
  },
];

/** A workload that a request was made under. */
export interface SeenWorkload {
  readonly tenant: string;
  readonly name: string;
  /** The key whose requests it was made for, where it was told by their fingerprint. */
  readonly autoKeyId?: string | undefined;
  /** Milliseconds since 1970. */
  readonly firstSeen: number;
}

/** Something said of one workload. */
export interface OfWorkload<T> {
  readonly tenant: string;
  readonly name: string;
  readonly value: T;
}

/** The rows of the workloads. */
export class WorkloadTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  seen(): readonly SeenWorkload[] {
    return this.#database
      .prepare("SELECT * FROM workloads ORDER BY tenant, name")
      .all()
      .map((row) => ({
        tenant: String(row["tenant"]),
        name: String(row["name"]),
        autoKeyId: row["auto_key_id"] === null ? undefined : String(row["auto_key_id"]),
        firstSeen: Number(row["first_seen"]),
      }));
  }

  remember({ tenant, name, autoKeyId, firstSeen }: SeenWorkload): void {
    this.#database
      .prepare("INSERT OR IGNORE INTO workloads VALUES (?, ?, ?, ?)")
      .run(tenant, name, autoKeyId ?? null, firstSeen);
  }

  settings(): readonly OfWorkload<WorkloadSettings>[] {
    return this.#database
      .prepare("SELECT * FROM workload_settings")
      .all()
      .map((row) => ({
        tenant: String(row["tenant"]),
        name: String(row["name"]),
        value: readSettings(JSON.parse(String(row["settings"]))),
      }));
  }

  set(tenant: string, name: string, settings: WorkloadSettings): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO workload_settings VALUES (?, ?, ?)")
      .run(tenant, name, JSON.stringify(settings));
  }

  merges(): readonly OfWorkload<string>[] {
    return this.#database
      .prepare("SELECT * FROM workload_merges")
      .all()
      .map((row) => ({ tenant: String(row["tenant"]), name: String(row["name"]), value: String(row["target"]) }));
  }

  merge(tenant: string, name: string, target: string): void {
    this.#database.prepare("INSERT OR REPLACE INTO workload_merges VALUES (?, ?, ?)").run(tenant, name, target);
  }
}

/** Only what this program wrote: see {@link WorkloadTable.set}. */
function readSettings(value: unknown): WorkloadSettings {
  return typeof value === "object" && value !== null ? value : {};
}
