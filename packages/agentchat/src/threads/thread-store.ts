import type { Awaitable, JsonObject } from "@tesserae/core";
import type { MessageJson } from "../messages/types.ts";

/** A conversation as it is kept. */
export interface ThreadRecord {
  /** How often it was saved; 1 the first time. */
  readonly version: number;
  /** What `saveState` of its team or agent gave. */
  readonly state: JsonObject;
  /** Everything that was said in it, oldest first, without what was streamed in pieces. */
  readonly messages: readonly MessageJson[];
}

/** Keeps conversations by their ids. */
export interface ThreadStore {
  /** The conversation, or `undefined` where there is none; as it was at a version, where that is kept. */
  load(id: string, version?: number): Awaitable<ThreadRecord | undefined>;
  /**
   * Keeps a conversation in the place of the version before it. One of version 1 must not be there yet.
   * @throws TesseraeError `ERR_THREAD_CONFLICT` when the version before it is not the one that is kept.
   */
  save(id: string, record: ThreadRecord): Awaitable<void>;
  /** A conversation that is not there is fine. */
  delete(id: string): Awaitable<void>;
  /** The ids, in any order. */
  list(): Awaitable<readonly string[]>;
  /** The versions of a conversation that are kept, oldest first. A store without it keeps the last one alone. */
  versions?(id: string): Awaitable<readonly number[]>;
}
