import type { LogBody } from "../log-record.ts";
import type { LogSettings } from "../log-settings.ts";

/** An event with its head as JSON text, on its way to the file. */
export interface TextRecord {
  readonly head: string;
  readonly bodies: readonly LogBody[];
}

/** What a writer thread is started with. */
export interface ThreadData {
  readonly settings: LogSettings;
  readonly memory: SharedArrayBuffer;
}

/** What a writer thread is told: to write a record, or to say when everything before is on the disk. */
export type ThreadRequest = { readonly record: TextRecord } | { readonly settle: number };

/**
 * What a writer thread says: that it has written all it was given, that everything before a request is on the disk, that
 * it has stopped because of a failure, that a sync failed.
 */
export type ThreadReply =
  | { readonly type: "idle" }
  | { readonly type: "settled"; readonly settle: number }
  | { readonly type: "stopped"; readonly code: string; readonly message: string }
  | { readonly type: "sync_failed"; readonly code: string; readonly message: string };
