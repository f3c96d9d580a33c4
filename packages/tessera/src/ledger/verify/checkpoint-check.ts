import { createPublicKey, type KeyObject } from "node:crypto";
import { checkpointHash, isSignedBy, readCheckpoint, type Checkpoint } from "../checkpoint.ts";
import { MerkleTree } from "../merkle-tree.ts";
import { keyIdOf } from "../signing-key.ts";
import type { StoredChain, StoredCheckpoint } from "./ledger-copy.ts";

/** What is wrong with a checkpoint. */
export interface CheckpointFault {
  readonly seq: number;
  readonly field?: string;
  readonly reason: string;
}

/** Follows the rows of one chain and compares them with its checkpoints. */
export class CheckpointCheck {
  readonly #chain: StoredChain;
  readonly #checkpoints: readonly StoredCheckpoint[];
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #needsSignature: boolean;
  readonly #tree = new MerkleTree();
  #next = 0;
  #signedRows = 0;
  #previous: { readonly to: number; readonly hash: string | null; readonly ts: string } = { to: 0, hash: null, ts: "" };

  /** `needsSignature`: a checkpoint without one is a fault. */
  constructor(
    chain: StoredChain,
    checkpoints: readonly StoredCheckpoint[],
    keys: ReadonlyMap<string, KeyObject>,
    needsSignature: boolean,
  ) {
    this.#chain = chain;
    this.#checkpoints = checkpoints;
    this.#keys = keys;
    this.#needsSignature = needsSignature;
  }

  /** How many rows are under checkpoints whose signatures were checked. */
  get signedRows(): number {
    return this.#signedRows;
  }

  /** Takes the next row, whose hash is known to be right. */
  add(seq: number, hash: string): CheckpointFault | undefined {
    this.#tree.add(hash);
    const stored = this.#checkpoints[this.#next];
    if (stored === undefined || stored.lastSeq > seq) return undefined;
    const checkpoint = readCheckpoint(stored.text);
    if (checkpoint === undefined) return { seq: stored.lastSeq, reason: "cannot be read" };
    const fault = this.#compare(checkpoint, stored, seq, hash);
    if (fault !== undefined) return { seq: stored.lastSeq, ...fault };
    this.#previous = { to: seq, hash: checkpointHash(stored.text), ts: checkpoint.ts };
    if (checkpoint.key_id !== null) this.#signedRows += this.#tree.size;
    this.#tree.clear();
    this.#next += 1;
    return undefined;
  }

  /** What is wrong with the end of the chain, whose last row is at `seq`. */
  end(seq: number): CheckpointFault | undefined {
    const left = this.#checkpoints[this.#next];
    if (left !== undefined) {
      return { seq: left.lastSeq, field: "to", reason: `covers row ${left.lastSeq}, and the chain ends at row ${seq}` };
    }
    if (this.#chain.closed && this.#previous.to !== seq) {
      return {
        seq,
        reason: `is missing: the chain was closed at row ${seq}, the last checkpoint ends at ${this.#previous.to}`,
      };
    }
    return undefined;
  }

  #compare(
    checkpoint: Checkpoint,
    stored: StoredCheckpoint,
    seq: number,
    hash: string,
  ): Omit<CheckpointFault, "seq"> | undefined {
    const expected: Partial<Checkpoint> = {
      chain: this.#chain.name,
      from: `${this.#previous.to + 1}`,
      to: `${stored.lastSeq === seq ? seq : stored.lastSeq}`,
      rows: this.#tree.size,
      last_hash: hash,
      merkle_root: this.#tree.root(),
      prev_checkpoint: this.#previous.hash,
      key_id: this.#chain.keyId,
    };
    for (const [field, value] of Object.entries(expected)) {
      const is = Object.entries(checkpoint).find(([name]) => name === field)?.[1];
      if (is !== value) return { field, reason: `is ${is}, and the rows say ${value}` };
    }
    if (checkpoint.ts < this.#previous.ts) return { field: "ts", reason: "is earlier than that of the one before" };
    return this.#checkSignature(checkpoint);
  }

  #checkSignature(checkpoint: Checkpoint): Omit<CheckpointFault, "seq"> | undefined {
    if (checkpoint.key_id === null) {
      if (checkpoint.sig !== null) return { field: "sig", reason: "is there without a key" };
      return this.#needsSignature ? { field: "sig", reason: "is missing: the checkpoint is not signed" } : undefined;
    }
    const key = this.#keys.get(checkpoint.key_id);
    if (key === undefined) return { field: "key_id", reason: `is ${checkpoint.key_id}, whose public key is not known` };
    return isSignedBy(checkpoint, key) ? undefined : { field: "sig", reason: "is not a signature of the checkpoint" };
  }
}

/** Reads public keys; a key that is not the one that its id names is left out. */
export function readKeys(keys: ReadonlyMap<string, string>): ReadonlyMap<string, KeyObject> {
  const read = new Map<string, KeyObject>();
  for (const [id, pem] of keys) {
    try {
      const key = createPublicKey(pem);
      if (keyIdOf(key) === id) read.set(id, key);
    } catch {
      // Whoever needs this key is told that it is not known.
    }
  }
  return read;
}
