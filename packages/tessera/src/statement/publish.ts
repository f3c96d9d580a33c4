import { createHmac } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { formatDollars } from "@tesserae/wire/cost";
import { csvLine } from "../ledger/export-rows.ts";
import { parseRow } from "../ledger/ledger-query.ts";
import { monthlyTotals, type MonthTotals } from "./monthly-totals.ts";
import { pageOf } from "./page.ts";
import { makeFolder } from "../store/make-folder.ts";
import type { Store } from "../store/store.ts";

/** What {@link publishLedger} needs. */
export interface PublishOptions {
  /** Keys the hashes of tenants and tags, so that who does not have it cannot try out names. */
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const COLUMNS = [
  "entry_id",
  "hash",
  "recorded_at",
  "kind",
  "tenant_hash",
  "feature_tag_hash",
  "customer_tag_hash",
  "workload",
  "provider",
  "model",
  "mechanic_stack_applied",
  "anchor_cost_usd",
  "actual_cost_usd",
  "delta_savings_usd",
  "savings_classification",
  "pricing_catalog_snapshot_id",
] as const;
const HASH_DIGITS = 32;
/** What is published is for everyone, as far as the mask of the process lets it. */
const PUBLIC = 0o777;

/**
 * Writes a static page about a ledger into a folder, for everyone to read: totals by month, all checkpoints, the public keys,
 * and the rows with the names of tenants and tags hashed. The hashes of the rows are those that the checkpoints seal. Gives
 * the names of the files.
 */
export async function publishLedger(store: Store, folder: string, options: PublishOptions): Promise<readonly string[]> {
  makeFolder(folder, PUBLIC);
  const { database } = store;
  const totals = monthlyTotals(database);
  const checkpoints = database
    .prepare("SELECT text FROM ledger_checkpoints ORDER BY chain, last_seq")
    .all()
    .map((row) => String(row["text"]));
  const keys = database
    .prepare("SELECT key_id, public_key FROM ledger_keys ORDER BY key_id")
    .all()
    .map((row) => ({ name: `key-${String(row["key_id"])}.pem`, pem: String(row["public_key"]) }));
  const published = new Date(options.now).toISOString();
  const files: readonly (readonly [name: string, content: string | Iterable<string>])[] = [
    ["rows.csv", rowLines(store, options.secret)],
    ["checkpoints.jsonl", checkpoints.map((text) => `${text}\n`).join("")],
    ["totals.json", `${JSON.stringify({ published, months: totals.map(totalsData) }, null, 2)}\n`],
    ...keys.map(({ name, pem }) => [name, pem] as const),
    // Last: whoever reads the page finds what it names.
    ["index.html", pageOf({ published, totals, newest: checkpoints.at(-1), keys: keys.map(({ name }) => name) })],
  ];
  for (const [name, content] of files) await write(join(folder, name), content);
  return files.map(([name]) => name);
}

/** A file is there whole or as it was before. */
async function write(path: string, content: string | Iterable<string>): Promise<void> {
  const temporary = `${path}.part`;
  if (typeof content === "string") await writeFile(temporary, content);
  else await pipeline(Readable.from(content), createWriteStream(temporary));
  await rename(temporary, path);
}

function* rowLines({ database }: Store, secret: string): Generator<string, void, undefined> {
  const hashed = (name: string | undefined): string =>
    name === undefined ? "" : createHmac("sha256", secret).update(name).digest("hex").slice(0, HASH_DIGITS);
  yield csvLine(COLUMNS);
  for (const { text, hash } of database.prepare("SELECT text, hash FROM ledger_rows ORDER BY id").iterate()) {
    const row = parseRow(String(text));
    yield csvLine([
      `${row.chain}:${row.seq}`,
      String(hash),
      row.ts,
      row.kind,
      hashed(row.tenant),
      hashed(row.feature_tag),
      row.customer_tag_hash ?? "",
      row.workload ?? "",
      row.provider ?? "",
      row.model_requested ?? "",
      row.stack === undefined || row.stack.length === 0 ? "none" : row.stack.join("+"),
      dollars(row.original_pusd),
      dollars(row.actual_pusd),
      dollars(row.savings_pusd),
      row.verified === true ? "verified" : "modelled",
      row.snapshot_id ?? "",
    ]);
  }
}

function dollars(pico: string | undefined): string {
  return pico === undefined ? "" : formatDollars(BigInt(pico));
}

function totalsData(totals: MonthTotals): object {
  return {
    month: totals.month,
    requests: totals.requests,
    answered_by_the_gateway: totals.hits,
    original_usd: formatDollars(totals.original),
    actual_usd: formatDollars(totals.actual),
    verified_savings_usd: formatDollars(totals.verifiedSavings),
  };
}
