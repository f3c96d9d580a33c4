import type { Usage } from "@tesserae/wire/usage";
import type { Store } from "../../store/store.ts";
import type { AnswerForm } from "../key/request-key.ts";

/** What a cache is made of. */
export interface ExactCacheOptions {
  readonly store: Store;
  /** Bytes on disk. Default 512 MiB. */
  readonly maxBytes?: number;
  /** Bytes in memory, in front of those on disk. Default 64 MiB. */
  readonly memoryBytes?: number;
  /** With a secret each entry carries an HMAC, without one a checksum; what does not fit is not served. */
  readonly secret?: Uint8Array;
  /** 32 bytes: what is on disk is encrypted with them (AES-256-GCM). Default: it is not. */
  readonly encryptionKey?: Uint8Array | undefined;
  /** Told when the disk cannot be written or read, once, and when it can again. Default: it is counted alone. */
  readonly onTrouble?: (trouble: string) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** From 0 to below 1, for the jitter of expiry. Default `Math.random`. */
  readonly random?: () => number;
}

/** An answer out of the cache, in the form that the request asks for. */
export interface CachedAnswer {
  /** For `x-tessera-cache-entry`, and to take the entry out by. */
  readonly entryId: string;
  readonly ageSeconds: number;
  readonly form: AnswerForm;
  readonly contentType: string;
  readonly body: Buffer;
  /** As stored; the caller is billed nothing for it. */
  readonly usage: Usage;
  readonly finish: string | null;
  readonly model: string;
}

/** What a cache has done since it was made, and how full it is. */
export interface ExactCacheStats {
  readonly hits: number;
  readonly misses: number;
  /** Hits that were read from disk. */
  readonly diskHits: number;
  readonly stored: number;
  /** Answers that were not to be stored, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Entries that went to make room on disk. */
  readonly evicted: number;
  /** Entries that were not what was written. */
  readonly broken: number;
  /** Lookups that an entry was kept from, since it was served too often in a minute. */
  readonly loops: number;
  readonly failedWrites: number;
  readonly entries: number;
  readonly bytes: number;
  readonly memoryEntries: number;
  readonly memoryBytes: number;
}
