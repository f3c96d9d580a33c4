import { isAscii } from "node:buffer";
import { createReadStream } from "node:fs";
import { isRawObject } from "@tesserae/wire";
import { StoreError } from "../../store/store-error.ts";
import type { LedgerCopy, StoredChain, StoredCheckpoint, StoredRow } from "./ledger-copy.ts";

const READ_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;
/** What stands before the text of a row, at the most so many characters. */
const PLACE = /,"chain":(\d+),"seq":(\d+),"hash":"([^"]*)","checks":"([^"]*)"$/;
const PLACE_LENGTH = 320;
/** What stands before a row's own text, which is the last member of its line. No string can hold it unescaped. */
const ROW = ',"row":';

/** Opens a ledger that was exported as `jsonl`. Everything but the rows is read at once. */
export async function openExportCopy(path: string): Promise<LedgerCopy> {
  const chains: StoredChain[] = [];
  const checkpoints: StoredCheckpoint[] = [];
  const snapshots = new Map<string, string>();
  const keys = new Map<string, string>();
  let isWhole: boolean | undefined;
  for await (const line of headOf(path)) {
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

/** The lines before the first row. */
async function* headOf(path: string): AsyncGenerator<string> {
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      if (isRow(line)) return;
      if (line !== "") yield line;
    }
  }
}

async function* groupsOf(path: string): AsyncGenerator<readonly StoredRow[]> {
  for await (const lines of linesOf(path)) yield lines.filter(isRow).map(storedRowOf);
}

/** The lines of a file, in groups as they are read: one by one they would take longer than what is done with them. */
async function* linesOf(path: string): AsyncGenerator<readonly string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of partsOf(path)) {
    const end = part.lastIndexOf(LINE_FEED);
    const whole = Buffer.concat([rest, part.subarray(0, Math.max(0, end))]);
    rest = end === -1 ? Buffer.concat([rest, part]) : part.subarray(end + 1);
    if (end !== -1) yield textOf(whole).split("\n");
  }
  yield [textOf(rest)];
}

function partsOf(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: READ_BYTES });
}

/** Nearly every export is ASCII, which is read faster as what it is. */
function textOf(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
}

function isRow(line: string): boolean {
  return line.startsWith('{"type":"row"');
}

function storedRowOf(line: string): StoredRow {
  const at = line.indexOf(ROW);
  const [, chain, seq, hash, checks] = PLACE.exec(line.slice(Math.max(0, at - PLACE_LENGTH), at)) ?? [];
  if (at === -1 || hash === undefined || checks === undefined) {
    throw new StoreError("ERR_STORE_UNREADABLE", `A row of the export is not as it is written: ${line.slice(0, 80)}…`);
  }
  return {
    chain: Number(chain),
    seq: Number(seq),
    hash,
    checks,
    // Files that went through Windows may have carriage returns, too.
    text: line.slice(at + ROW.length, line.endsWith("\r") ? -2 : -1),
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
