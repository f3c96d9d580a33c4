import { ROW_FIELDS } from "../ledger-row.ts";
import { CHECK_BYTES } from "../row-text.ts";

/** So many hexadecimal digits have the checks of one field. */
const DIGITS = CHECK_BYTES * 2;
/** So many have those of a row. */
export const CHECKS_LENGTH: number = ROW_FIELDS.length * DIGITS;

/** The check of the field at a place in {@link ROW_FIELDS}: 0 where the field is absent. `checks` are as `hex()` writes them. */
export function checkAt(checks: string, index: number): number {
  const at = index * DIGITS;
  return (
    (digit(checks.charCodeAt(at)) << 12) |
    (digit(checks.charCodeAt(at + 1)) << 8) |
    (digit(checks.charCodeAt(at + 2)) << 4) |
    digit(checks.charCodeAt(at + 3))
  );
}

/** `0` to `9`, `A` to `F`. */
function digit(unit: number): number {
  return unit < 0x3a ? unit - 0x30 : unit - 0x37;
}
