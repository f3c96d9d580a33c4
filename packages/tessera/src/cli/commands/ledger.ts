import { once } from "node:events";
import { readFileSync } from "node:fs";
import { formatDollars } from "@tesserae/wire/cost";
import { GatewayError } from "../../config/gateway-error.ts";
import { exportRows } from "../../ledger/export-rows.ts";
import { findRequest } from "../../ledger/find-request.ts";
import { readLedger } from "../../ledger/ledger-reader.ts";
import type { LedgerRow } from "../../ledger/ledger-row.ts";
import { proveRequest } from "../../ledger/verify/inclusion-proof.ts";
import { checkProof } from "../../ledger/verify/proof-check.ts";
import { readPublicKey } from "../../ledger/verify/public-key.ts";
import { verifyDatabase, verifyExport } from "../../ledger/verify/verify-ledger.ts";
import type { Verification } from "../../ledger/verify/verification.ts";
import { openStore } from "../../store/store.ts";
import { type CommonOptions, settingsOf } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { print, printJson, printTable, tell } from "../output.ts";

/** What `tessera ledger verify` may be told. */
export interface VerifyCommandOptions extends CommonOptions {
  readonly fromExport?: string;
  readonly publicKey?: readonly string[];
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
  const publicKeys = keysIn(options.publicKey);
  if (options.fromExport !== undefined) return verifyExport(options.fromExport, { publicKeys });
  const { store, ledger } = settingsOf(options).settings;
  return verifyDatabase(store.path, { anchors: ledger.anchors.map(({ path }) => path), publicKeys });
}

/** The public keys in files, by their ids. */
function keysIn(files: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(
    files.map((file) => {
      const key = readPublicKey(readInput("--public-key", file));
      if (key !== undefined) return [key.id, key.pem];
      throw new GatewayError(
        "ERR_INVALID_ARGUMENT",
        `${file} holds no Ed25519 public key in PEM. \`openssl pkey -pubout\` takes it out of a private one.`,
      );
    }),
  );
}

function readInput(option: string, file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError("ERR_NOT_FOUND", `What ${option} names cannot be read: ${why}`, { cause });
  }
}

function summary(result: Verification): string {
  const counts = `${result.rows} rows in ${result.chains} chains, ${result.checkpoints} checkpoints (${result.signed} signed, over ${result.signedRows} rows)`;
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

/** Shows every field of the rows of a request. */
export async function showCommand(request: string, options: CommonOptions): Promise<number> {
  const { path } = settingsOf(options).settings.store;
  const reader = openStore(path, { access: "read" });
  try {
    readLedger(reader);
    const { rows } = findRequest(reader.database, request, path);
    if (options.json === true) printJson(rows.map(({ row, hash }) => ({ ...row, hash })));
    else for (const { row, hash } of rows) printRow(row, hash);
  } finally {
    reader.close();
  }
  return EXIT.ok;
}

function printRow(row: LedgerRow, hash: string): void {
  print(`Row ${row.seq} of chain ${row.chain}: ${row.kind} of ${row.ts}`);
  printTable(
    Object.entries({ ...row, hash }).map(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return [`  ${name}`, name.endsWith("_pusd") ? `$${formatDollars(BigInt(text))}` : text];
    }),
  );
}

/** What `tessera ledger prove` may be told. */
export interface ProveCommandOptions extends CommonOptions {
  readonly check?: string;
  readonly publicKey?: readonly string[];
}

/** Prints a proof that a request is in the ledger, or checks one. */
export async function proveCommand(requestId: string | undefined, options: ProveCommandOptions): Promise<number> {
  if ((requestId === undefined) === (options.check === undefined)) {
    throw new GatewayError("ERR_INVALID_ARGUMENT", "Name a request to prove, or a proof with --check, one of them.");
  }
  if (options.check !== undefined) return checkCommand(options.check, options);
  const proof = proveRequest(settingsOf(options).settings.store.path, requestId ?? "");
  const text = JSON.stringify(proof, null, 2);
  // A row that was changed has no proof; what is printed is always one that holds.
  const { ok, problem } = checkProof(text);
  if (ok) print(options.json === true ? JSON.stringify(proof) : text);
  else tell(`The ledger is not whole: ${problem}. See tessera ledger verify.`);
  return ok ? EXIT.ok : EXIT.failed;
}

function checkCommand(file: string, options: ProveCommandOptions): number {
  const result = checkProof(readInput("--check", file), keysIn(options.publicKey));
  if (options.json === true) printJson(result);
  else if (!result.ok) print(`The proof does not hold: ${result.problem}.`);
  else {
    for (const { row, checkpoint } of result.rows) {
      const { kind, model_requested: model = "no model", actual_pusd: paid, ts, seq, chain } = row;
      const cost = paid === undefined ? "unpriced" : `$${formatDollars(BigInt(paid))} paid`;
      const signer = checkpoint.key_id === null ? "not signed" : `signed by ${checkpoint.key_id}`;
      print(
        `Proven: ${kind} of ${ts}, ${model}, ${cost}: row ${seq} of chain ${chain}, checkpoint of ${checkpoint.ts}, ${signer}.`,
      );
    }
  }
  if (options.json !== true) for (const warning of result.warnings) tell(`warning: ${warning}`);
  return result.ok ? EXIT.ok : EXIT.failed;
}
