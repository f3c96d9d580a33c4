import { sha256Bytes } from "./sha256-bytes.ts";

/**
 * The SHA-256 digest of a text (as UTF-8) or of bytes, as 64 lower-case hexadecimal digits. Synchronous.
 *
 * Uses the platform's implementation where there is one (Node, Bun, Deno, workers with Node compatibility), else our own;
 * nothing is loaded before the first call.
 */
export function sha256Hex(data: string | Uint8Array): string {
  const crypto = globalThis.process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) return sha256HexPortable(data);
  // The one-shot function is newer than createHash and missing in some runtimes.
  if (typeof crypto.hash === "function") return crypto.hash("sha256", data, "hex");
  return crypto.createHash("sha256").update(data).digest("hex");
}

/** {@link sha256Hex} in plain JavaScript, for runtimes without `node:crypto`. */
export function sha256HexPortable(data: string | Uint8Array): string {
  let hex = "";
  for (const byte of sha256Bytes(typeof data === "string" ? new TextEncoder().encode(data) : data)) {
    hex += byte.toString(16).padStart(2, "0");
  }
  return hex;
}
