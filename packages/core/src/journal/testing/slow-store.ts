import type { JournalStore, JournalWriter } from "../journal-store.ts";

/** A store whose writes wait until they are let go; the first one, of the header, does not. */
export class SlowStore implements JournalStore {
  readonly read: JournalStore["read"];
  readonly list: JournalStore["list"];
  readonly lock: JournalStore["lock"];
  readonly remove: JournalStore["remove"];
  readonly #store: JournalStore;
  readonly #gate: Promise<void>;
  #open: () => void = () => undefined;

  constructor(store: JournalStore) {
    this.#store = store;
    this.read = store.read.bind(store);
    this.list = store.list.bind(store);
    this.lock = store.lock.bind(store);
    this.remove = store.remove.bind(store);
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** Lets the writes go. */
  release(): void {
    this.#open();
  }

  async open(runId: string, mode: "create" | "append"): Promise<JournalWriter> {
    const writer = await this.#store.open(runId, mode);
    let first = true;
    return {
      append: async (entries) => {
        if (!first) await this.#gate;
        first = false;
        return writer.append(entries);
      },
      close: () => writer.close(),
    };
  }
}
