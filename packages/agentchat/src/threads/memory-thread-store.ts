import { TesseraeError, ValueError } from "@tesserae/core";
import type { ThreadRecord, ThreadStore } from "./thread-store.ts";

/** Options of a {@link MemoryThreadStore}. */
export interface MemoryThreadStoreOptions {
  /** How many versions of a conversation are kept, the last one among them. Default: all. */
  readonly versions?: number | undefined;
}

/** Keeps conversations as long as the object lasts. */
export class MemoryThreadStore implements ThreadStore {
  readonly #versions: number;
  /** By id and version; as text, so that nobody can change what was kept. */
  readonly #records = new Map<string, Map<number, string>>();

  /** @throws ValueError for a number of versions that would keep nothing. */
  constructor({ versions = Infinity }: MemoryThreadStoreOptions = {}) {
    if (!(versions >= 1)) throw new ValueError(`At least 1 version of a conversation is kept, got ${versions}.`);
    this.#versions = versions;
  }

  load(id: string, version?: number): ThreadRecord | undefined {
    const text = this.#records.get(id)?.get(version ?? this.#last(id));
    return text === undefined ? undefined : (JSON.parse(text) as ThreadRecord);
  }

  save(id: string, record: ThreadRecord): void {
    const { version } = record;
    const last = this.#last(id);
    if (version !== last + 1) throw threadConflict(id, version, last);
    const records = this.#records.get(id) ?? new Map<number, string>();
    records.set(version, JSON.stringify(record));
    records.delete(version - this.#versions);
    this.#records.set(id, records);
  }

  delete(id: string): void {
    this.#records.delete(id);
  }

  list(): readonly string[] {
    return [...this.#records.keys()];
  }

  versions(id: string): readonly number[] {
    return [...(this.#records.get(id)?.keys() ?? [])];
  }

  #last(id: string): number {
    return this.versions(id).at(-1) ?? 0;
  }
}

/** The error of a conversation that somebody else changed. For authors of stores. */
export function threadConflict(id: string, version: number, kept: number): TesseraeError {
  return new TesseraeError(
    "ERR_THREAD_CONFLICT",
    kept === 0
      ? `The conversation ${id} was deleted while it went on: version ${version} cannot be saved.`
      : `The conversation ${id} was changed elsewhere: version ${kept} is kept, and ${version} cannot be saved. ` +
          "Send the message again: it goes on from what is kept.",
  );
}
