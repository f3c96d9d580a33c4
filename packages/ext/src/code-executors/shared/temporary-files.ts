import { rm } from "node:fs/promises";
import { writeCodeFile } from "./code-file.ts";
import { warn } from "./warn.ts";

/** One file in use. */
interface Use {
  count: number;
  readonly written: Promise<void>;
}

/**
 * The files of blocks without a name. The same code has the same file, so calls that run at once may share one: it is
 * written by the first and deleted after the last.
 */
export class TemporaryFiles {
  readonly #uses = new Map<string, Use>();
  readonly #removals = new Map<string, Promise<void>>();

  /** Writes the file, unless it is in use with the same content. To be followed by `leave`, also after an error. */
  async enter(path: string, code: string): Promise<void> {
    let use = this.#uses.get(path);
    if (use === undefined) {
      const removed = this.#removals.get(path) ?? Promise.resolve();
      use = { count: 0, written: removed.then(() => writeCodeFile(path, code)) };
      this.#uses.set(path, use);
    }
    use.count += 1;
    await use.written;
  }

  /** Deletes the file after its last use, if it is to be deleted. What the system refuses becomes a warning. */
  async leave(path: string, remove: boolean): Promise<void> {
    const use = this.#uses.get(path);
    if (use === undefined) return;
    use.count -= 1;
    if (use.count > 0) return;
    this.#uses.delete(path);
    if (!remove) return;
    const removal = rm(path, { force: true }).catch((error: unknown) => {
      warn("TESSERAE_FILE_NOT_DELETED", `The temporary file ${path} could not be deleted: ${String(error)}`);
    });
    this.#removals.set(path, removal);
    await removal;
    if (this.#removals.get(path) === removal) this.#removals.delete(path);
  }
}
