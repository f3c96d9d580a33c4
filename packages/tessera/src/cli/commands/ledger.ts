import { once } from "node:events";
import { formatDollars } from "@tesserae/wire/cost";
import { GatewayError } from "../../config/gateway-error.ts";
import { exportRows } from "../../ledger/export-rows.ts";
import { verifyDatabase, verifyExport } from "../../ledger/verify/verify-ledger.ts";
import type { Verification } from "../../ledger/verify/verification.ts";
import { type CommonOptions, settingsOf } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { print, printJson, tell } from "../output.ts";

/** What `tessera ledger verify` may be told. */
export interface VerifyCommandOptions extends CommonOptions {
  readonly fromExport?: string;
}

/** Checks the ledger, in the database or in an export. */
export async function verifyCommand(options: VerifyCommandOptions): Promise<number> {
  const result = await verified(options);
  if (options.json === true) printJson(result);
  else if (result.exitCode === 0) print(summary(result));
  else {
    const { place = "the ledger", field, reason = "cannot be checked" } = result.problem ?? {};
    print(`The ledger is not whole: ${place}${field === undefined ? "" : `, field ${field}`}: ${reason}`);
  }
  if (options.json !== true) for (const warning of result.warnings) tell(`warning: ${warning}`);
  return result.exitCode;
}

function verified(options: VerifyCommandOptions): Promise<Verification> {
  if (options.fromExport !== undefined) return verifyExport(options.fromExport);
  const { store, ledger } = settingsOf(options).settings;
  return verifyDatabase(store.path, { anchors: ledger.anchors.map(({ path }) => path) });
}

function summary(result: Verification): string {
  const counts = `${result.rows} rows in ${result.chains} chains, ${result.checkpoints} checkpoints (${result.signed} signed)`;
  const money = `list price $${formatDollars(result.original)}, paid $${formatDollars(result.actual)}`;
  const gaps =
    result.gaps === 0 ? "" : ` ${result.gaps} writers did not end well; ${result.lostRows} rows are known to be lost.`;
  return `The ledger is whole: ${counts}; ${money}, verified savings $${formatDollars(result.verifiedSavings)}.${gaps}`;
}

/** What `tessera ledger export` may be told. */
export interface ExportCommandOptions extends CommonOptions {
  readonly format: string;
  readonly from?: string;
  readonly to?: string;
  readonly workload?: string;
  readonly run?: string;
}

/** Writes rows of the ledger to standard output. */
export async function exportCommand(options: ExportCommandOptions): Promise<number> {
  const format = options.json === true ? "jsonl" : options.format;
  if (format !== "csv" && format !== "jsonl") {
    throw new GatewayError("ERR_INVALID_ARGUMENT", `--format takes csv or jsonl, not "${options.format}".`);
  }
  const { workload, run } = options;
  const window = { from: timeOf("--from", options.from), to: timeOf("--to", options.to), workload, run };
  for (const line of exportRows(settingsOf(options).settings.store.path, { format, ...window })) {
    if (!process.stdout.write(line) && !(await drains(process.stdout))) break;
  }
  return EXIT.ok;
}

/** True once there is room for more, false when the reader has left: `tessera ledger export | head`. */
async function drains(stream: NodeJS.WriteStream): Promise<boolean> {
  try {
    await once(stream, "drain");
    return true;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "code") === "EPIPE") return false;
    throw error;
  }
}

function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new GatewayError(
    "ERR_INVALID_ARGUMENT",
    `${option} takes a date such as 2026-03-01 or 2026-03-01T12:00:00Z, not "${text}".`,
  );
}
