import { ADDED_FIELDS, ROW_FIELDS } from "../ledger-row.ts";
import { CHECK_BYTES } from "../row-text.ts";

/** The checks of a row take so many bytes. */
const BYTES = ROW_FIELDS.length * CHECK_BYTES;
/** Those of a row of version 1. */
const OLD_BYTES = BYTES - ADDED_FIELDS.size * CHECK_BYTES;
/** Where the fields of version 1 stand among those of today. */
const OLD_PLACES: readonly number[] = ROW_FIELDS.flatMap((field, index) => (ADDED_FIELDS.has(field) ? [] : [index]));

/** Room for the checks of a row. */
export function roomForChecks(): Buffer {
  return Buffer.alloc(BYTES);
}

/**
 * Reads checks from text, in hexadecimal digits as the database writes them, or in base64 as exports do; false where the
 * text is not that of a row's checks. Those of a row of version 1 lack the fields that came later, which are absent in it.
 */
export function readChecks(text: string, into: Buffer): boolean {
  const { length } = text;
  if (length === hexLength(BYTES)) return into.write(text, 0, "hex") === BYTES;
  if (length === base64Length(BYTES)) return into.write(text, 0, "base64") === BYTES;
  if (length === hexLength(OLD_BYTES)) return spread(Buffer.from(text, "hex"), into);
  return length === base64Length(OLD_BYTES) && spread(Buffer.from(text, "base64"), into);
}

function spread(old: Buffer, into: Buffer): boolean {
  into.fill(0);
  OLD_PLACES.forEach((place, index) =>
    old.copy(into, place * CHECK_BYTES, index * CHECK_BYTES, (index + 1) * CHECK_BYTES),
  );
  return old.length === OLD_BYTES;
}

function hexLength(bytes: number): number {
  return bytes * 2;
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/** The check of the field at a place in {@link ROW_FIELDS}: 0 where the field is absent. */
export function checkAt(checks: Uint8Array, index: number): number {
  return ((checks[index * CHECK_BYTES] ?? 0) << 8) | (checks[index * CHECK_BYTES + 1] ?? 0);
}
