import type { LineFile } from "./file/line-file.ts";
import { codeOf, messageOf } from "./file/trouble.ts";
import { LineRing } from "./line-ring.ts";
import { recoveryNote } from "./recovery-note.ts";
import type { TroubleCounts } from "./trouble-counts.ts";

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

/** What an appender works with. */
export interface LineAppenderInit {
  readonly file: LineFile;
  readonly agentName: string;
  readonly troubles: TroubleCounts;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Appends lines to the file of the day and never fails. While the disk takes nothing the newest lines wait in memory;
 * it is tried again after 1, 2, 4 … 60 seconds, and then the file tells how many events are missing before it gets the
 * lines that waited.
 */
export class LineAppender {
  readonly #init: LineAppenderInit;
  readonly #ring = new LineRing();
  #written = 0;
  #lost = 0;
  /** Set while the disk takes nothing. */
  #outage: { readonly code: string; retryAt: number; wait: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(init: LineAppenderInit) {
    this.#init = init;
  }

  /** Lines that are in the file. */
  get written(): number {
    return this.#written;
  }

  get held(): number {
    return this.#ring.size;
  }

  get lost(): number {
    return this.#lost;
  }

  get isDegraded(): boolean {
    return this.#outage !== undefined;
  }

  /** Writes a line, or keeps it until that is possible. */
  append(line: string): void {
    if (this.#outage !== undefined && !this.#recover(this.#init.now() >= this.#outage.retryAt)) {
      this.#lost += this.#ring.push(line);
      return;
    }
    const failure = this.#tryToAppend(line);
    if (failure === undefined) return;
    this.#lost += this.#ring.push(line);
    this.#begin(failure);
  }

  /** Sees that what was written is still where it should be, and writes again what is gone. */
  look(): void {
    if (this.#outage === undefined) this.#init.file.look();
  }

  /** The file could not be looked for, or not be made again: it is tried again later, as for a line that failed. */
  lookFailed(error: unknown): void {
    if (this.#outage === undefined) this.#begin(this.#failed(error));
  }

  /** Tries now to write what waits; true when nothing is left. */
  retry(): boolean {
    return this.#outage === undefined || this.#recover(true);
  }

  /** No timer is left behind. What waits is tried once more. */
  close(): void {
    this.look();
    this.retry();
    clearTimeout(this.#timer);
  }

  /** True when the disk takes lines again and has all that waited. */
  #recover(due: boolean): boolean {
    const outage = this.#outage;
    if (outage === undefined) return true;
    if (!due) return false;
    const { agentName, now } = this.#init;
    const lost = this.#ring.lost;
    const note = recoveryNote({ agentName, now: now(), code: outage.code, lost, kept: this.#ring.size });
    let failure = this.#tryToAppend(note);
    if (failure === undefined) this.#ring.forgetLost();
    for (let line = this.#ring.first(); failure === undefined && line !== undefined; line = this.#ring.first()) {
      failure = this.#tryToAppend(line);
      if (failure === undefined) this.#ring.shift();
    }
    if (failure === undefined) {
      this.#outage = undefined;
      clearTimeout(this.#timer);
      return true;
    }
    outage.wait = Math.min(outage.wait * 2, LAST_RETRY_MS);
    this.#schedule(outage);
    return false;
  }

  #tryToAppend(line: string): string | undefined {
    try {
      this.#init.file.append(line);
      this.#written += 1;
      return undefined;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Counts a failure; gives its code. */
  #failed(error: unknown): string {
    const code = codeOf(error);
    this.#init.troubles.add(code, `The log ${this.#init.file.path} cannot be written: ${messageOf(error)}`);
    return code;
  }

  #begin(code: string): void {
    this.#outage = { code, retryAt: 0, wait: FIRST_RETRY_MS };
    this.#schedule(this.#outage);
  }

  #schedule(outage: { retryAt: number; wait: number }): void {
    outage.retryAt = this.#init.now() + outage.wait;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.retry(), outage.wait);
    this.#timer.unref();
  }
}
