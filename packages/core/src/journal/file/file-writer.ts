import { TesseraeError } from "../../errors/tesserae-error.ts";
import type { JournalEntry } from "../entries.ts";
import type { JournalWriter } from "../journal-store.ts";
import type { JournalFileSystem } from "./file-system.ts";
import { encodeLine, type LineCodec } from "./line.ts";
import type { RunLock } from "./run-lock.ts";

/** What makes a {@link FileWriter}. */
export interface FileWriterInit {
  readonly fileSystem: JournalFileSystem;
  readonly path: string;
  readonly file: number;
  /** The length of the good part. */
  readonly length: number;
  readonly lock: RunLock;
  readonly codec: LineCodec | undefined;
  /** Whether every append waits for the disk. */
  readonly flush: boolean;
}

/** Appends to one journal, each time with one write. */
export class FileWriter implements JournalWriter {
  readonly #init: FileWriterInit;
  #length: number;
  #broken: unknown;
  #closed = false;

  constructor(init: FileWriterInit) {
    this.#init = init;
    this.#length = init.length;
  }

  append(entries: readonly JournalEntry[]): void {
    const { fileSystem, file, flush, codec } = this.#init;
    if (this.#closed) throw this.#error(new Error("the journal was closed"));
    if (this.#broken !== undefined) throw this.#error(this.#broken);
    let lines = "";
    for (const entry of entries) lines += encodeLine(entry, codec);
    const bytes = Buffer.from(lines, "utf8");
    try {
      for (let at = 0; at < bytes.length;) {
        const written = fileSystem.write(file, bytes, at, bytes.length - at);
        if (written <= 0) throw new Error("nothing more can be written");
        at += written;
      }
      // A file that was removed takes every write, and nobody will ever read it.
      if (!fileSystem.isLinked(file)) throw new Error("the file was removed");
      if (flush) fileSystem.flush(file);
    } catch (error) {
      this.#broken = error;
      this.#cutBack();
      throw this.#error(error);
    }
    this.#length += bytes.length;
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    try {
      this.#init.fileSystem.close(this.#init.file);
    } catch {
      // Everything that counts was written before.
    }
    this.#init.lock.release();
    return Promise.resolve();
  }

  #cutBack(): void {
    try {
      this.#init.fileSystem.truncate(this.#init.file, this.#length);
    } catch {
      // The next writer cuts what is left of the write.
    }
  }

  #error(cause: unknown): TesseraeError {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new TesseraeError(
      "ERR_JOURNAL_WRITE",
      `${this.#init.path} could not be written: ${message}. What was to be written is not used; ` +
        "the run can be resumed when the cause is gone.",
      { cause },
    );
  }
}
