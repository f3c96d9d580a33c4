import type { KeyObject } from "node:crypto";
import { isRawObject } from "@tesserae/wire";
import { isSignedBy, readCheckpoint, type Checkpoint } from "../checkpoint.ts";
import { parseRow } from "../ledger-query.ts";
import type { LedgerRow } from "../ledger-row.ts";
import { rowHash } from "../row-hash.ts";
import type { InclusionProof, ProvenRow } from "./inclusion-proof.ts";
import { rootByPath } from "./merkle-path.ts";
import { readKeys } from "./checkpoint-check.ts";
import { readPublicKey } from "./public-key.ts";

/** What checking a proof came to. */
export interface ProofCheck {
  readonly ok: boolean;
  /** What is wrong. */
  readonly problem?: string;
  /** What was proven. */
  readonly rows: readonly { readonly row: LedgerRow; readonly checkpoint: Checkpoint }[];
  /** What the proof leaves open. */
  readonly warnings: readonly string[];
}

/**
 * Checks a proof of inclusion by itself: that its rows have the hashes that lead to the root of their checkpoint, and that
 * the checkpoint is signed. `publicKeys` are those that are trusted, in PEM by their ids; without any the one in the proof
 * is taken, which only shows that the proof was not changed since.
 */
export function checkProof(text: string, publicKeys: ReadonlyMap<string, string> = new Map()): ProofCheck {
  const proof = parse(text);
  if (proof === undefined)
    return { ok: false, problem: "it is no proof of inclusion, version 1", rows: [], warnings: [] };
  const isTrusted = publicKeys.size > 0;
  const keys = readKeys(isTrusted ? publicKeys : keysOf(proof));
  const rows: { row: LedgerRow; checkpoint: Checkpoint }[] = [];
  for (const one of proof.rows) {
    const checkpoint = readCheckpoint(one.checkpoint);
    if (checkpoint === undefined) return { ok: false, problem: "a checkpoint cannot be read", rows: [], warnings: [] };
    const row = readRow(one.row);
    const problem = row === undefined ? "a row cannot be read" : problemOf(one, row, checkpoint, proof.request_id);
    const unsigned = problem ?? signatureProblem(checkpoint, keys, isTrusted);
    if (row === undefined || unsigned !== undefined)
      return { ok: false, problem: unsigned ?? "", rows: [], warnings: [] };
    rows.push({ row, checkpoint });
  }
  if (rows.length === 0) return { ok: false, problem: "it holds no row", rows, warnings: [] };
  return { ok: true, rows, warnings: isTrusted ? [] : [doubtOf(rows)] };
}

function problemOf(one: ProvenRow, row: LedgerRow, checkpoint: Checkpoint, requestId: string): string | undefined {
  const place = `row ${row.seq} of chain ${row.chain}`;
  if (row.request_id !== requestId && row.parent_id !== requestId) return `${place} is not of the request ${requestId}`;
  if (checkpoint.chain !== row.chain) return `${place} is not of the checkpoint's chain ${checkpoint.chain}`;
  const [from, to, seq] = [checkpoint.from, checkpoint.to, row.seq].map(Number);
  if (from === undefined || to === undefined || seq !== from + one.index || to !== from + checkpoint.rows - 1) {
    return `${place} is not at its place in the checkpoint for rows ${checkpoint.from} to ${checkpoint.to}`;
  }
  const root = rootByPath(rowHash(one.previous_hash, one.row), one.index, checkpoint.rows, one.path);
  return root === checkpoint.merkle_root ? undefined : `${place} does not lead to the root of the checkpoint`;
}

function signatureProblem(
  checkpoint: Checkpoint,
  keys: ReadonlyMap<string, KeyObject>,
  isTrusted: boolean,
): string | undefined {
  const place = `the checkpoint at row ${checkpoint.to} of chain ${checkpoint.chain}`;
  if (checkpoint.key_id === null) return isTrusted ? `${place} is not signed` : undefined;
  const key = keys.get(checkpoint.key_id);
  if (key === undefined) return `${place} names the key ${checkpoint.key_id}, which is not among the given ones`;
  return isSignedBy(checkpoint, key)
    ? undefined
    : `${place} does not have the signature of the key ${checkpoint.key_id}`;
}

function doubtOf(rows: readonly { readonly checkpoint: Checkpoint }[]): string {
  return rows.some(({ checkpoint }) => checkpoint.key_id === null)
    ? "The checkpoint is not signed: compare it with one that was kept elsewhere, such as in an anchor file."
    : "The signature was checked with the key in the proof itself: give the key that you trust as --public-key.";
}

function keysOf({ public_key: pem }: InclusionProof): ReadonlyMap<string, string> {
  const key = pem === null ? undefined : readPublicKey(pem);
  return new Map(key === undefined ? [] : [[key.id, key.pem]]);
}

function parse(text: string): InclusionProof | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isProof(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isProof(value: unknown): value is InclusionProof {
  if (!isRawObject(value) || value["type"] !== "tessera-inclusion-proof" || value["version"] !== 1) return false;
  const { request_id: requestId, rows, public_key: key } = value;
  if (typeof requestId !== "string" || !(key === null || typeof key === "string")) return false;
  return Array.isArray(rows) && rows.every(isProvenRow);
}

function isProvenRow(value: unknown): value is ProvenRow {
  if (!isRawObject(value)) return false;
  const { path, index } = value;
  if (!Number.isSafeInteger(index) || !Array.isArray(path) || !path.every((hash) => isHash(hash))) return false;
  return typeof value["row"] === "string" && typeof value["checkpoint"] === "string" && isHash(value["previous_hash"]);
}

function isHash(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function readRow(text: string): LedgerRow | undefined {
  try {
    const row = parseRow(text);
    return isRawObject(row) ? row : undefined;
  } catch {
    return undefined;
  }
}
