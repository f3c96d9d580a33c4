import { watch, type FSWatcher } from "node:fs";

/** How long a change may stay unseen where the system does not tell of changes, as on network file systems. */
const POLL_MS = 1000;

/** Waits for changes in a folder. */
export class FolderChanges {
  readonly #watcher: FSWatcher | undefined;
  readonly #signal: AbortSignal;
  #wake: () => void = () => undefined;
  #changed = false;

  constructor(folder: string, signal: AbortSignal) {
    this.#signal = signal;
    this.#watcher = this.#watch(folder);
    signal.addEventListener("abort", this.#notice);
  }

  /** Resolves when something may have changed since the last call, at the latest after a second, or when aborted. */
  async next(): Promise<void> {
    if (!this.#changed && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#changed = false;
  }

  /** Ends the watching. */
  close(): void {
    this.#watcher?.close();
    this.#signal.removeEventListener("abort", this.#notice);
    this.#wake();
  }

  readonly #notice = (): void => {
    this.#changed = true;
    this.#wake();
  };

  /** Some systems have no watchers left to give; then the clock alone wakes. */
  #watch(folder: string): FSWatcher | undefined {
    try {
      return watch(folder, this.#notice).on("error", () => undefined);
    } catch {
      return undefined;
    }
  }
}
