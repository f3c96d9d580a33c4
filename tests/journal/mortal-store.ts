import type { JournalEntry, JournalStore, JournalWriter, MemoryJournalStore } from "@tesserae/core";
import type { World } from "./world.ts";

/**
 * A journal whose process dies after so many entries: the world is told, what else was to be written is lost, and the
 * one who waits for the write waits for ever, as in a process that is gone. The lock of the dead is free.
 */
export class MortalStore implements JournalStore {
  readonly lock: JournalStore["lock"];
  readonly read: JournalStore["read"];
  readonly list: JournalStore["list"];
  readonly remove: JournalStore["remove"];
  readonly died: Promise<void>;
  /** Entries that were written by this process. */
  written = 0;
  readonly #store: MemoryJournalStore;
  readonly #world: World;
  readonly #dieAfter: number;
  #die: () => void = () => undefined;

  constructor(store: MemoryJournalStore, world: World, dieAfter: number) {
    this.#store = store;
    this.#world = world;
    this.#dieAfter = dieAfter;
    this.lock = store.lock.bind(store);
    this.read = store.read.bind(store);
    this.list = store.list.bind(store);
    this.remove = store.remove.bind(store);
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  async open(runId: string, mode: "create" | "append"): Promise<JournalWriter> {
    const writer = await this.#store.open(runId, mode);
    return {
      append: (entries) => this.#append(writer, entries),
      close: () => writer.close(),
    };
  }

  #append(writer: JournalWriter, entries: readonly JournalEntry[]): void | Promise<void> {
    if (this.#world.dead) return new Promise(() => undefined);
    const left = this.#dieAfter - this.written;
    if (left > entries.length) {
      this.written += entries.length;
      return writer.append(entries);
    }
    void writer.append(entries.slice(0, left));
    this.written += left;
    this.#world.dead = true;
    void writer.close();
    this.#die();
    return new Promise(() => undefined);
  }
}
