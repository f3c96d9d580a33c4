import { createHmac } from "node:crypto";

/** As many digits of a customer tag's hash as the rows of the ledger have. */
const TAG_DIGITS = 32;

/** The name of a customer's tag in the ledger. */
export function tagName(tag: string, tagSecret: string): string {
  return createHmac("sha256", tagSecret).update(tag).digest("hex").slice(0, TAG_DIGITS);
}
