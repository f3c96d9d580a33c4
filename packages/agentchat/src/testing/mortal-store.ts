import { MemoryJournalStore, type JournalWriter } from "@tesserae/core";

/** A journal whose process dies after so many entries: whoever waits for a write then waits for ever. */
export class MortalStore extends MemoryJournalStore {
  dead: boolean = false;
  dieAfter: number = Number.POSITIVE_INFINITY;
  die: () => void = () => undefined;

  override async open(runId: string, mode: "create" | "append"): Promise<JournalWriter> {
    const writer = await super.open(runId, mode);
    return {
      close: () => writer.close(),
      append: (entries) => {
        if (this.dead) return new Promise(() => undefined);
        const left = this.dieAfter;
        this.dieAfter -= entries.length;
        if (this.dieAfter > 0) return writer.append(entries);
        void writer.append(entries.slice(0, left));
        this.dead = true;
        void writer.close();
        this.die();
        return new Promise(() => undefined);
      },
    };
  }
}
