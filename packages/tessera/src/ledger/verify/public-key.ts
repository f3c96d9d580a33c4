import { createPublicKey } from "node:crypto";
import { keyIdOf } from "../signing-key.ts";

/** A public key that signatures are checked with. */
export interface PublicKey {
  /** What checkpoints name it by. */
  readonly id: string;
  readonly pem: string;
}

/** Reads an Ed25519 public key in PEM; `undefined` for what is none. Of a private key the public half is taken. */
export function readPublicKey(pem: string): PublicKey | undefined {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType !== "ed25519") return undefined;
    return { id: keyIdOf(key), pem: key.export({ type: "spki", format: "pem" }).toString() };
  } catch {
    return undefined;
  }
}
