import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { isRawObject } from "@tesserae/wire";
import { StoreError } from "../../store/store-error.ts";
import type { LedgerCopy, StoredChain, StoredCheckpoint, StoredRow } from "./ledger-copy.ts";

const GROUP = 1000;
/** What stands before a row's own text, which is the last member of its line. No string can hold it unescaped. */
const ROW = ',"row":';

/** Opens a ledger that was exported as `jsonl`. Everything but the rows is read at once. */
export async function openExportCopy(path: string): Promise<LedgerCopy> {
  const chains: StoredChain[] = [];
  const checkpoints: StoredCheckpoint[] = [];
  const snapshots = new Map<string, string>();
  const keys = new Map<string, string>();
  let isWhole: boolean | undefined;
  for await (const line of linesOf(path)) {
    if (line.startsWith('{"type":"row"')) break;
    const entry: unknown = JSON.parse(line);
    if (!isRawObject(entry)) continue;
    if (entry["type"] === "export" && entry["version"] === 1) isWhole = entry["whole"] === true;
    else if (entry["type"] === "snapshot") snapshots.set(String(entry["id"]), String(entry["text"]));
    else if (entry["type"] === "key") keys.set(String(entry["id"]), String(entry["public_key"]));
    else if (entry["type"] === "chain") chains.push(chainOf(entry));
    else if (entry["type"] === "checkpoint") checkpoints.push(checkpointOf(entry));
  }
  if (isWhole === undefined) {
    throw new StoreError("ERR_STORE_UNREADABLE", `${path} is not an export of a ledger in the form jsonl, version 1.`);
  }
  const warnings = isWhole ? [] : ["The export is of a part: rows that are missing in it are not noticed."];
  return {
    isWhole,
    chains,
    checkpoints,
    snapshots,
    keys,
    head: undefined,
    anchors: [],
    warnings,
    rows: () => groupsOf(path),
    close: () => {},
  };
}

async function* groupsOf(path: string): AsyncGenerator<readonly StoredRow[]> {
  let group: StoredRow[] = [];
  for await (const line of linesOf(path)) {
    if (!line.startsWith('{"type":"row"')) continue;
    group.push(storedRowOf(line));
    if (group.length < GROUP) continue;
    yield group;
    group = [];
  }
  yield group;
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
}

function storedRowOf(line: string): StoredRow {
  const at = line.indexOf(ROW);
  const entry: unknown = JSON.parse(`${line.slice(0, at)}}`);
  if (!isRawObject(entry)) throw new StoreError("ERR_STORE_UNREADABLE", "A row of the export is no object.");
  return {
    chain: Number(entry["chain"]),
    seq: Number(entry["seq"]),
    hash: String(entry["hash"]),
    checks: Buffer.from(String(entry["checks"]), "base64").toString("hex").toUpperCase(),
    text: line.slice(at + ROW.length, -1),
  };
}

function chainOf(entry: Readonly<Record<string, unknown>>): StoredChain {
  return {
    number: Number(entry["number"]),
    name: String(entry["name"]),
    headSeq: Number(entry["headSeq"]),
    headHash: String(entry["headHash"]),
    closed: entry["closed"] === true,
    keyId: typeof entry["keyId"] === "string" ? entry["keyId"] : null,
  };
}

function checkpointOf(entry: Readonly<Record<string, unknown>>): StoredCheckpoint {
  return { chain: Number(entry["chain"]), lastSeq: Number(entry["lastSeq"]), text: String(entry["text"]) };
}
