import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { LineCodec } from "../file/line.ts";

/** A codec for tests of stores that encrypt: AES-256-GCM, the nonce in front and the tag behind. */
export function aesCodec(secret: string): LineCodec {
  const key = createHash("sha256").update(secret).digest();
  return {
    encode(bytes) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    decode(bytes) {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    },
  };
}
