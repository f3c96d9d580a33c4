import { ROW_FIELDS } from "../ledger-row.ts";
import { CHECK_BYTES } from "../row-text.ts";

/** The checks of a row take so many bytes. */
const BYTES = ROW_FIELDS.length * CHECK_BYTES;
/** As text they are of this length: as the database writes them, and as exports do. */
const HEX_LENGTH = BYTES * 2;
const BASE64_LENGTH = Math.ceil(BYTES / 3) * 4;

/** Room for the checks of a row. */
export function roomForChecks(): Buffer {
  return Buffer.alloc(BYTES);
}

/** Reads checks from text, in hexadecimal digits or base64; false where the text is not that of a row's checks. */
export function readChecks(text: string, into: Buffer): boolean {
  if (text.length === HEX_LENGTH) return into.write(text, 0, "hex") === BYTES;
  return text.length === BASE64_LENGTH && into.write(text, 0, "base64") === BYTES;
}

/** The check of the field at a place in {@link ROW_FIELDS}: 0 where the field is absent. */
export function checkAt(checks: Uint8Array, index: number): number {
  return ((checks[index * CHECK_BYTES] ?? 0) << 8) | (checks[index * CHECK_BYTES + 1] ?? 0);
}
