import type { Usage } from "@tesserae/wire/usage";
import type { AnswerForm } from "../key/request-key.ts";

/** An answer that is kept, as the provider sent it. */
export interface CacheEntry {
  readonly key: string;
  /** Whose it is, to take it out by. */
  readonly tenant: string;
  readonly workload: string;
  readonly model: string;
  readonly form: AnswerForm;
  readonly contentType: string;
  readonly usage: Usage;
  /** The provider's word for why the model stopped. */
  readonly finish: string | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The raw bytes of the form. */
  readonly body: Buffer;
}

/** How an entry is named to callers and operators. */
const ID_PREFIX = "ce_";
const ID_DIGITS = 26;
const ID = /^ce_[0-9a-f]{26}$/;

/** The id of the entry of a key. It says nothing of what the entry holds. */
export function entryIdOf(key: string): string {
  return ID_PREFIX + key.slice(0, ID_DIGITS);
}

/** With what the key of the entry of this id begins; `undefined` where it is no id. */
export function keyStartOf(entryId: string): string | undefined {
  return ID.test(entryId) ? entryId.slice(ID_PREFIX.length) : undefined;
}
