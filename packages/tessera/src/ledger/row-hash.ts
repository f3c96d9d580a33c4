import { hash } from "node:crypto";

/** What the first row of a chain follows. */
export const GENESIS: string = "0".repeat(64);

/** The hash of a row, in hex: it covers the hash of the row before and the row's canonical text. */
export function rowHash(previous: string, text: string): string {
  return hash("sha256", `tessera-row-v1\n${previous}\n${text}`, "hex");
}
