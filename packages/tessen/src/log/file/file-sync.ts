import type { LogFileSystem } from "./file-system.ts";

/**
 * Brings what was written to an open file onto the disk, and closes the file when no sync needs it any more. In the
 * background one sync runs at a time; what is written meanwhile waits for the next.
 */
export class FileSync {
  readonly #fileSystem: LogFileSystem;
  readonly #file: number;
  readonly #durability: "group" | "strict" | "none";
  readonly #onFailure: (error: Error) => void;
  #running = false;
  #dirty = false;
  #ended = false;
  #waiting: (() => void)[] = [];

  constructor(
    fileSystem: LogFileSystem,
    file: number,
    durability: "group" | "strict" | "none",
    onFailure: (error: Error) => void,
  ) {
    this.#fileSystem = fileSystem;
    this.#file = file;
    this.#durability = durability;
    this.#onFailure = onFailure;
  }

  /** Something was written. */
  wrote(): void {
    if (this.#durability === "none") return;
    this.#dirty = true;
    if (this.#durability === "strict") this.#syncNow();
    else if (!this.#running) this.#syncLater();
  }

  /** Resolves once everything written so far is on the disk, as far as the durability asks for that. */
  settled(): Promise<void> {
    if (!this.#running && !this.#dirty) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Closes the file: at once and synced when `now`, else when a running sync is done. */
  end(now: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    if (now && (this.#dirty || this.#running)) this.#syncNow();
    if (!this.#running) this.#close();
  }

  #syncNow(): void {
    try {
      this.#fileSystem.sync(this.#file);
    } catch (error) {
      this.#failed(error);
    }
    this.#dirty = false;
  }

  #syncLater(): void {
    this.#dirty = false;
    this.#running = true;
    this.#fileSystem.syncLater(this.#file, (error) => {
      this.#running = false;
      if (error !== null) this.#failed(error);
      if (this.#dirty) this.#syncLater();
      else this.#rest();
    });
  }

  #rest(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    if (this.#ended) this.#close();
  }

  #close(): void {
    try {
      this.#fileSystem.close(this.#file);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#onFailure(error instanceof Error ? error : new Error(String(error)));
  }
}
