import { Worker } from "node:worker_threads";
import type { LogSettings } from "../log-settings.ts";
import type { TextRecord, ThreadReply, ThreadRequest } from "./thread-message.ts";
import { ThreadState } from "./thread-state.ts";

const MOST_RECORDS = 64;
const MOST_CHARACTERS = 8 * 1024 * 1024;
const STALL_MS = 250;
const WRITE_MS = 2000;

/** What a client tells of. */
export interface ThreadListener {
  /** The thread writes no more; what it has not written is in the list, in order. */
  onStopped(unwritten: readonly TextRecord[], kind: string, message: string): void;
  /** Something went wrong that lost nothing. */
  onTrouble(kind: string, message: string): void;
}

/**
 * A thread that writes large lines. The records stay here, too, until a count that both threads see says that they are
 * written; what is left when the thread fails or the process ends is handed back.
 */
export class WriterThreadClient {
  readonly #state = new ThreadState();
  readonly #worker: Worker;
  readonly #listener: ThreadListener;
  /** Given and perhaps not written yet; the first of them is number `#released`. */
  #records: { readonly record: TextRecord; readonly characters: number }[] = [];
  #released = 0;
  #characters = 0;
  #settles = 0;
  readonly #waiting = new Map<number, (settled: boolean) => void>();
  #stopped = false;

  readonly #stallMs: number;

  /**
   * Throws where threads are not allowed.
   *
   * @param stallMs a thread that writes nothing for so long while its queue is full is given up.
   */
  constructor(settings: LogSettings, listener: ThreadListener, stallMs: number = STALL_MS) {
    this.#listener = listener;
    this.#stallMs = stallMs;
    // The ending is that of this file: `.ts` in the sources, `.js` when built.
    const entry = new URL(`./writer-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
    // No options of the process: `--import` of the recorder would record the recorder's thread.
    this.#worker = new Worker(entry, {
      name: "tessen-writer",
      workerData: { settings, memory: this.#state.memory },
      env: {},
      execArgv: [],
      // Else the process's own streams would be opened, which makes its pipes refuse to wait (EAGAIN).
      stdout: true,
      stderr: true,
    });
    this.#worker.on("message", (reply: ThreadReply) => this.#receive(reply));
    this.#worker.on("error", (error) => this.#end("THREAD", `The writer thread failed: ${error.message}`));
    this.#worker.on("exit", () => this.#end("THREAD", "The writer thread ended."));
    // After its listeners, which would keep the process alive.
    this.#worker.unref();
  }

  get written(): number {
    return this.#state.written;
  }

  get pending(): number {
    return this.#stopped ? 0 : this.#state.given - this.#state.written;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /**
   * Gives a record to the thread. Waits while the queue is full, as a line written otherwise would overtake those in it.
   * False when the thread has stopped, or does not get on: what it had was then handed back.
   */
  take(record: TextRecord, characters: number): boolean {
    if (this.#stopped) return false;
    if (this.#state.isStopped) {
      this.#end("THREAD", "The writer thread could not write.");
      return false;
    }
    while (!this.#hasRoom(characters)) {
      if (this.#state.waitForProgress(this.#stallMs)) continue;
      this.#end(
        "STALLED",
        "The writer thread did not get on for a while; its lines were written by the caller's thread.",
      );
      return false;
    }
    this.#send({ record });
    this.#records.push({ record, characters });
    this.#characters += characters;
    this.#state.give();
    return true;
  }

  /**
   * Resolves to true once everything given so far is on the disk; to false when the thread stops before. One that has
   * stopped has handed back what it had.
   */
  settled(): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(true);
    this.#settles += 1;
    const settle = this.#settles;
    return new Promise((resolve) => {
      this.#waiting.set(settle, resolve);
      this.#send({ settle });
    });
  }

  /** Blocks until everything is written, or the time (milliseconds) is over, and takes back what is not. */
  drain(milliseconds: number): readonly TextRecord[] {
    this.#state.wait(milliseconds);
    return this.#takeBack();
  }

  /** Ends the thread. What it has not written is lost, unless it was taken back. */
  async terminate(): Promise<void> {
    this.#takeBack();
    await this.#worker.terminate();
  }

  #send(request: ThreadRequest): void {
    this.#worker.postMessage(request, []);
  }

  #receive(reply: ThreadReply): void {
    if (reply.type === "idle") this.#release();
    else if (reply.type === "stopped") this.#end(reply.code, reply.message);
    else if (reply.type === "sync_failed") this.#listener.onTrouble(reply.code, reply.message);
    else {
      this.#waiting.get(reply.settle)?.(true);
      this.#waiting.delete(reply.settle);
    }
  }

  #hasRoom(characters: number): boolean {
    this.#release();
    // A record that is larger than the whole queue may be in it alone.
    if (this.#records.length === 0) return true;
    return this.#records.length < MOST_RECORDS && this.#characters + characters <= MOST_CHARACTERS;
  }

  /** Forgets the records that are written. */
  #release(): void {
    const count = this.#state.written - this.#released;
    for (const { characters } of this.#records.splice(0, count)) this.#characters -= characters;
    this.#released += count;
  }

  #takeBack(): readonly TextRecord[] {
    this.#stopped = true;
    this.#state.stop();
    // A line that the thread is just writing would come after those that are taken back.
    this.#state.waitForClaimed(WRITE_MS);
    this.#release();
    const unwritten = this.#records.map(({ record }) => record);
    this.#records = [];
    for (const resolve of this.#waiting.values()) resolve(false);
    this.#waiting.clear();
    return unwritten;
  }

  #end(kind: string, message: string): void {
    if (this.#stopped) return;
    this.#listener.onStopped(this.#takeBack(), kind, message);
    void this.#worker.terminate();
  }
}
