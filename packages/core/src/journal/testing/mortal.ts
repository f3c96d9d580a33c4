import { FileJournalStore } from "../file/file-store.ts";
import type { ProcessIdentity } from "../file/process-identity.ts";
import { failure, MemoryFileSystem } from "../../testing/memory-file-system.ts";
import type { World } from "./world.ts";

const JOURNAL = "journal.jsonl";

/** A machine whose processes can be killed in the middle of a write, and whose disk outlives them. */
export class MortalMachine {
  readonly disk: MemoryFileSystem = new MemoryFileSystem();
  /** How many bytes the journals have grown by. */
  written = 0;
  /** The lengths that a journal had after each append. */
  readonly boundaries: number[] = [];
  #pid = 0;

  /** A new process: the ones before are dead. It dies itself when journals have grown by so many bytes. */
  start(world: World, dieAfter: number = Number.POSITIVE_INFINITY): FileJournalStore {
    this.#pid += 1;
    const pid = this.#pid;
    const { disk } = this;
    disk.frozen = false;
    world.dead = false;
    this.written = 0;
    disk.onWrite = (path, length) => {
      if (!path.endsWith(JOURNAL)) return undefined;
      const left = dieAfter - this.written;
      if (left >= length) {
        this.written += length;
        this.boundaries.push(this.written);
        return undefined;
      }
      this.written += left;
      disk.frozen = true;
      world.dead = true;
      return { accepts: left, error: failure("EKILLED", path) };
    };
    const identity: ProcessIdentity = {
      pid,
      host: "here",
      startOf: (other) => (other === this.#pid ? `start ${other}` : undefined),
    };
    return new FileJournalStore({ directory: "/runs", fileSystem: disk, identity });
  }
}
