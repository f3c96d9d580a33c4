import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { StoreError } from "../store/store-error.ts";
import type { CheckpointSigner } from "./checkpoint.ts";

const KEY_ID_DIGITS = 16;

/**
 * Reads the private key that signs checkpoints: Ed25519 as PEM (PKCS 8).
 *
 * @throws StoreError `ERR_INVALID_ARGUMENT` when it is not one. The text of the key is not in the message.
 */
export function readSigningKey(pem: string): CheckpointSigner {
  let privateKey: KeyObject | undefined;
  try {
    privateKey = createPrivateKey(pem);
  } catch {
    privateKey = undefined;
  }
  if (privateKey?.asymmetricKeyType !== "ed25519") {
    throw new StoreError(
      "ERR_INVALID_ARGUMENT",
      "The ledger's signing key is not an Ed25519 private key in PEM. Make one with `openssl genpkey -algorithm ed25519`.",
    );
  }
  return { keyId: keyIdOf(createPublicKey(privateKey)), privateKey };
}

/** The public half of a key as PEM, which is what others check signatures with. */
export function publicKeyOf(signer: CheckpointSigner): string {
  return createPublicKey(signer.privateKey).export({ type: "spki", format: "pem" }).toString();
}

/** The name of a public key: the first 16 hex digits of the hash of its DER form. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("hex").slice(0, KEY_ID_DIGITS);
}
