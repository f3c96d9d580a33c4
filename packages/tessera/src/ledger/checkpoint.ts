import { createHash, sign, verify, type KeyObject } from "node:crypto";
import { isRawObject } from "@tesserae/wire";
import { canonicalJson } from "../store/canonical-json.ts";

/** A seal on a part of a chain: whoever keeps it notices when a row in that part is changed or missing. */
export type Checkpoint = {
  readonly chain: string;
  /** The first and the last row, decimal. */
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly last_hash: string;
  /** RFC 6962, over the hashes of the rows. */
  readonly merkle_root: string;
  /** The hash of the chain's checkpoint before this one; `null` for the first. */
  readonly prev_checkpoint: string | null;
  readonly ts: string;
  /** The key that signed it, and the Ed25519 signature in base64 over the rest as canonical JSON; `null` without a key. */
  readonly key_id: string | null;
  readonly sig: string | null;
};

/** Who signs checkpoints. */
export interface CheckpointSigner {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/** Writes a checkpoint as canonical JSON, signed when there is a key. */
export function writeCheckpoint(
  facts: Omit<Checkpoint, "key_id" | "sig">,
  signer: CheckpointSigner | undefined,
): string {
  const unsigned = { ...facts, key_id: signer?.keyId ?? null };
  const sig = signer === undefined ? null : sign(null, signedPart(unsigned), signer.privateKey).toString("base64");
  return canonicalJson({ ...unsigned, sig });
}

/** Reads a checkpoint; `undefined` when the text is none, or is not what {@link writeCheckpoint} writes. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isCheckpoint(value) && canonicalJson(value) === text ? value : undefined;
}

/** True when the checkpoint was signed with the key. */
export function isSignedBy(checkpoint: Checkpoint, publicKey: KeyObject): boolean {
  if (checkpoint.sig === null) return false;
  const { sig, ...unsigned } = checkpoint;
  return verify(null, signedPart(unsigned), publicKey, Buffer.from(sig, "base64"));
}

/** What the next checkpoint names this one by. */
export function checkpointHash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function signedPart(unsigned: Omit<Checkpoint, "sig">): Buffer {
  return Buffer.from(canonicalJson(unsigned));
}

const TEXTS = ["chain", "from", "to", "last_hash", "merkle_root", "ts"] as const;
const TEXTS_OR_NULL = ["prev_checkpoint", "key_id", "sig"] as const;

function isCheckpoint(value: unknown): value is Checkpoint {
  return (
    isRawObject(value) &&
    typeof value["rows"] === "number" &&
    TEXTS.every((name) => typeof value[name] === "string") &&
    TEXTS_OR_NULL.every((name) => value[name] === null || typeof value[name] === "string")
  );
}
