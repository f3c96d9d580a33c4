import { TesseraeError } from "@tesserae/core";
import type { ThreadRecord, ThreadStore } from "./thread-store.ts";

/** Keeps conversations as long as the object lasts. */
export class MemoryThreadStore implements ThreadStore {
  /** As text, so that nobody can change what was kept. */
  readonly #records = new Map<string, string>();

  load(id: string): ThreadRecord | undefined {
    const text = this.#records.get(id);
    return text === undefined ? undefined : (JSON.parse(text) as ThreadRecord);
  }

  save(id: string, record: ThreadRecord): void {
    const kept = this.load(id)?.version ?? 0;
    if (record.version !== kept + 1) throw threadConflict(id, record.version, kept);
    this.#records.set(id, JSON.stringify(record));
  }

  delete(id: string): void {
    this.#records.delete(id);
  }

  list(): readonly string[] {
    return [...this.#records.keys()];
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
