import { createHmac } from "node:crypto";
import { resolve } from "node:path";
import { GatewayError } from "../../config/gateway-error.ts";
import { readPepper } from "../../keys/pepper.ts";
import { csvLine } from "../../ledger/export-rows.ts";
import { monthOf } from "../../statement/month.ts";
import { publishLedger } from "../../statement/publish.ts";
import { statementOf, tenantsIn, type Statement } from "../../statement/statement.ts";
import { statementData, statementLines } from "../../statement/statement-text.ts";
import type { CommonOptions } from "../common-options.ts";
import { print, printJson, printTable, tell } from "../output.ts";
import { withWholeLedger } from "../whole-ledger.ts";

/** What `tessera ledger statement` may be told. */
export interface StatementOptions extends CommonOptions {
  readonly month?: string;
  readonly tenant?: string;
  readonly format: string;
}

/** Prints what each tenant spent, saved and owes for a month; of a ledger that is whole only. */
export async function statementCommand(options: StatementOptions): Promise<number> {
  const { format } = options;
  if (format !== "text" && format !== "csv") {
    throw new GatewayError("ERR_INVALID_ARGUMENT", `--format takes text or csv, not "${format}".`);
  }
  const month = monthOf(options.month, Date.now());
  return withWholeLedger(options, ({ database }, { fee }) => {
    const tenants = options.tenant === undefined ? tenantsIn(database, month) : [options.tenant];
    const statements = tenants.map((tenant) => statementOf(database, tenant, month, fee));
    if (options.json === true) printJson(statements.map(statementData));
    else if (format === "csv") printCsv(statements);
    else if (statements.length === 0) tell(`The ledger has no requests in ${month.name}.`);
    else for (const statement of statements) printText(statement);
  });
}

function printCsv(statements: readonly Statement[]): void {
  process.stdout.write(csvLine(["tenant", "month", "item", "of", "value"]));
  for (const statement of statements) {
    for (const line of statementLines(statement)) {
      process.stdout.write(csvLine([statement.tenant, statement.month.name, ...line]));
    }
  }
}

function printText(statement: Statement): void {
  print(`Tenant ${statement.tenant}, ${statement.month.name} (UTC), amounts in US dollars`);
  printTable(statementLines(statement).map(([item, of, value]) => [`  ${item}`, of, value]));
}

/** Writes a static page about the ledger into a folder; of a ledger that is whole only. */
export async function publishCommand(folder: string, options: CommonOptions): Promise<number> {
  return withWholeLedger(options, async (store, { auth }) => {
    const place = { variable: auth.pepperEnv, environment: process.env, databasePath: store.path };
    const secret = createHmac("sha256", readPepper(place)).update("tessera-publish-v1").digest("hex");
    const files = await publishLedger(store, resolve(folder), { secret, now: Date.now() });
    if (options.json === true) printJson({ folder: resolve(folder), files });
    else tell(`Written to ${resolve(folder)}: ${files.join(", ")}.`);
  });
}
