import { CAP_MIGRATIONS } from "../../caps/cap-table.ts";
import { SPEND_MIGRATIONS } from "../../caps/spend-days.ts";
import { ADMIN_KEY_MIGRATIONS } from "../../keys/admin-keys.ts";
import { KEY_MIGRATIONS } from "../../keys/key-table.ts";
import { LEDGER_MIGRATIONS } from "../../ledger/migrations.ts";
import { CACHE_MIGRATIONS } from "../../mechanics/exact-cache/cache-migrations.ts";
import { PRICE_MIGRATIONS } from "../../prices/snapshot-table.ts";
import { SYNC_MIGRATIONS } from "../../prices/synced-table.ts";
import type { Migration } from "../../store/migrate.ts";
import { openStore } from "../../store/store.ts";
import { WISH_MIGRATIONS } from "../../wishes/wish-table.ts";
import { WORKLOAD_MIGRATIONS } from "../../workloads/workload-table.ts";
import { type CommonOptions, settingsOf } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson, printTable, tell } from "../output.ts";

/** The tables of the database, in groups that are brought up to date by themselves. */
const ROOMS: readonly (readonly [room: string, migrations: readonly Migration[]])[] = [
  ["keys", KEY_MIGRATIONS],
  ["admin-keys", ADMIN_KEY_MIGRATIONS],
  ["workloads", WORKLOAD_MIGRATIONS],
  ["prices", PRICE_MIGRATIONS],
  ["price-sync", SYNC_MIGRATIONS],
  ["ledger", LEDGER_MIGRATIONS],
  ["caps", CAP_MIGRATIONS],
  ["spend", SPEND_MIGRATIONS],
  ["cache", CACHE_MIGRATIONS],
  ["wishes", WISH_MIGRATIONS],
];

/** Brings the database to the newest form of every table, and says which steps each has taken. No gateway may have it open. */
export async function migrateCommand(options: CommonOptions): Promise<number> {
  const { path } = settingsOf(options).settings.store;
  const store = openStore(path);
  try {
    const before = new Set(stepsIn(store).map(nameOf));
    for (const [room, migrations] of ROOMS) store.migrate(room, migrations);
    const steps = stepsIn(store);
    const taken = steps.filter((step) => !before.has(nameOf(step)));
    if (options.json === true) printJson({ database: path, taken: taken.map(nameOf), steps });
    else {
      printTable([
        ["TABLES", "STEP", "NAME", "TAKEN"],
        ...steps.map((step) => [step.room, `${step.number}`, step.name, before.has(nameOf(step)) ? step.at : "now"]),
      ]);
      tell(taken.length === 0 ? `${path} was up to date.` : `${path} is up to date: ${taken.length} steps were taken.`);
    }
  } finally {
    store.close();
  }
  return EXIT.ok;
}

interface Step {
  readonly room: string;
  readonly number: number;
  readonly name: string;
  readonly at: string;
}

function stepsIn({ database }: ReturnType<typeof openStore>): readonly Step[] {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'tessera_migrations'").get();
  if (exists === undefined) return [];
  return database
    .prepare("SELECT room, number, name, applied_at FROM tessera_migrations ORDER BY room, number")
    .all()
    .map((row) => ({
      room: String(row["room"]),
      number: Number(row["number"]),
      name: String(row["name"]),
      at: String(row["applied_at"]),
    }));
}

function nameOf({ room, number }: Step): string {
  return `${room} ${number}`;
}
