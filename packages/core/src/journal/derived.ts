import { sha256Hex } from "../sha256.ts";
import { uuidFromHex } from "../run/uuid.ts";

/** What ids, random numbers and keys of a run are derived from. A fork has those of its parent up to the turn it left. */
export interface RunIdentity {
  readonly seed: string;
  readonly runId: string;
}

/** The n-th id of a scope. */
export function derivedId({ seed }: RunIdentity, path: string, count: number): string {
  return uuidFromHex(sha256Hex(`${seed}\nid\n${path}\n${count}`));
}

/** The n-th random number of a scope, in [0, 1), with 52 bits. */
export function derivedRandom({ seed }: RunIdentity, path: string, count: number): number {
  return Number.parseInt(sha256Hex(`${seed}\nrandom\n${path}\n${count}`).slice(0, 13), 16) / 2 ** 52;
}

/** The same for every repetition of an effect: the first 32 hexadecimal digits of the SHA-256 of run id and address. */
export function idempotencyKey({ runId }: RunIdentity, address: string): string {
  return sha256Hex(`${runId}\n${address}`).slice(0, 32);
}
