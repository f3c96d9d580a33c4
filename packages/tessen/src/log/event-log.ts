import { checkRedactOptions } from "../redact/check-redact-options.ts";
import { createRedactor } from "../redact/redactor.ts";
import { settingsOf, type EventLogOptions } from "./event-log-options.ts";
import { nodeFileSystem, type LogFileSystem } from "./file/file-system.ts";
import { LineFile } from "./file/line-file.ts";
import { codeOf, messageOf } from "./file/trouble.ts";
import { headText } from "./line/head-text.ts";
import { LineComposer } from "./line/line-composer.ts";
import { LineAppender } from "./line-appender.ts";
import type { LogRecord } from "./log-record.ts";
import type { LogSettings } from "./log-settings.ts";
import type { LogStats } from "./log-stats.ts";
import { SlowWrites } from "./slow-writes.ts";
import type { TextRecord } from "./thread/thread-message.ts";
import { WriterThreadClient } from "./thread/writer-thread-client.ts";
import { TroubleCounts } from "./trouble-counts.ts";

/** The log of an agent, to which this process appends. */
export interface EventLog {
  /** The file that the last line went to, or the first will. */
  readonly file: string;
  /**
   * Appends an event. Never throws. A line of usual size is in the file when this returns, and survives the death of the
   * process; a larger one goes through the writer thread, a few milliseconds later.
   */
  write(record: LogRecord): void;
  stats(): LogStats;
  /** Resolves to true once everything written is in the file and synced, to false when that takes longer or fails. */
  flush(milliseconds?: number): Promise<boolean>;
  /** For the `exit` event: blocks until everything is in the file, at most 2 s for the writer thread. */
  closeSync(): void;
  /** Like `flush`, and ends the writer thread. A line that comes later is written all the same. */
  close(milliseconds?: number): Promise<boolean>;
}

/** What a log uses of the machine; tests give their own. */
export interface EventLogPorts {
  readonly fileSystem?: LogFileSystem;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds of a clock that is never set; how long a write takes is measured by it. */
  readonly clock?: () => number;
}

const DRAIN_MS = 2000;
const FLUSH_MS = 5000;
const MOST_THREAD_FAILURES = 3;

/**
 * Opens the log of an agent. No file is made before the first event, and nothing that is wrong with the disk throws: the
 * log then keeps the newest events in memory until it can write them.
 *
 * @throws WireError ERR_INVALID_ARGUMENT for a redaction rule that is no regular expression.
 */
export function openEventLog(options: EventLogOptions, ports: EventLogPorts = {}): EventLog {
  checkRedactOptions(options.redact ?? {});
  return new FileEventLog(settingsOf(options), ports, new TroubleCounts(options.onTrouble));
}

class FileEventLog implements EventLog {
  readonly #settings: LogSettings;
  readonly #troubles: TroubleCounts;
  readonly #composer: LineComposer;
  readonly #lineFile: LineFile;
  readonly #appender: LineAppender;
  readonly #slowWrites = new SlowWrites();
  readonly #clock: () => number;
  #thread: WriterThreadClient | undefined;
  #threadFailures = 0;
  /** True from the moment when writing is slow until the thread has written all that came meanwhile. */
  #isThreadOnly = false;
  /** Lines of threads that have ended. */
  #threadLines = 0;
  #unwritable = 0;
  #closed = false;

  constructor(settings: LogSettings, ports: EventLogPorts, troubles: TroubleCounts) {
    const now = ports.now ?? Date.now;
    this.#clock = ports.clock ?? (() => performance.now());
    this.#settings = settings;
    this.#troubles = troubles;
    this.#composer = new LineComposer(createRedactor(settings.redact), settings);
    this.#lineFile = new LineFile(settings, {
      fileSystem: ports.fileSystem ?? nodeFileSystem,
      now,
      onSyncFailure: (error) => troubles.add(codeOf(error), `The log could not be synced: ${error.message}`),
      onLookFailure: (error) => this.#appender.lookFailed(error),
    });
    this.#appender = new LineAppender({ file: this.#lineFile, agentName: settings.agentName, troubles, now });
  }

  get file(): string {
    return this.#lineFile.path;
  }

  write(record: LogRecord): void {
    try {
      const head = headText(record.head);
      if (head === undefined) throw new TypeError("An event without an id cannot be written.");
      this.#write({ head, bodies: record.bodies });
    } catch (error) {
      this.#unwritable += 1;
      this.#troubles.add("UNWRITABLE", `An event could not be written down: ${messageOf(error)}`);
    }
  }

  stats(): LogStats {
    return {
      inlineLines: this.#appender.written,
      threadLines: this.#threadLines + (this.#thread?.written ?? 0),
      pendingLines: this.#thread?.pending ?? 0,
      heldLines: this.#appender.held,
      lostEvents: this.#appender.lost + this.#unwritable,
      degraded: this.#appender.isDegraded,
      threadOnly: this.#sparesCaller(),
      failures: this.#troubles.toObject(),
    };
  }

  async flush(milliseconds: number = FLUSH_MS): Promise<boolean> {
    this.#appender.look();
    const written = this.#appender.retry();
    const settled = Promise.all([this.#thread?.settled() ?? true, this.#lineFile.settled()]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds);
    });
    const inTime = await Promise.race([settled.then(([thread]) => thread), late]);
    clearTimeout(timer);
    return written && inTime && !this.#appender.isDegraded;
  }

  closeSync(): void {
    this.#closed = true;
    this.#takeBack(DRAIN_MS);
    this.#appender.close();
    this.#lineFile.close(true);
  }

  async close(milliseconds: number = FLUSH_MS): Promise<boolean> {
    this.#closed = true;
    const flushed = await this.flush(milliseconds);
    const thread = this.#thread;
    this.#takeBack(0);
    this.#appender.close();
    const complete = !this.#appender.isDegraded;
    this.#lineFile.close(false);
    await thread?.terminate();
    return flushed && complete;
  }

  #write(record: TextRecord): void {
    const { bodies, head } = record;
    let characters = head.length;
    for (const { json, name } of bodies) characters += json.length + name.length + 4;
    const isLarge = characters > this.#settings.inlineMaxBytes || this.#sparesCaller();
    if (isLarge && this.#writerThread()?.take(record, characters) === true) return;
    const line = this.#composer.compose(head, bodies);
    const composed = this.#clock();
    this.#appender.append(line);
    // A large line takes its time on any disk.
    if (!isLarge && this.#slowWrites.add(composed, this.#clock())) {
      this.#isThreadOnly = true;
      // It takes a moment to start.
      this.#writerThread();
      this.#troubles.add("SLOW_DISK", "Writing the log takes long; lines go through the writer thread for a while.");
    }
  }

  /** Whether lines of every size go through the thread. It ends when none is left there that another could overtake. */
  #sparesCaller(): boolean {
    if (!this.#isThreadOnly) return false;
    this.#isThreadOnly = this.#slowWrites.isSlow(this.#clock()) || (this.#thread?.pending ?? 0) > 0;
    return this.#isThreadOnly;
  }

  /** The writer thread, started when it is first needed; `undefined` where there is or should be none. */
  #writerThread(): WriterThreadClient | undefined {
    if (this.#thread?.isStopped === false) return this.#thread;
    if (this.#closed || this.#appender.isDegraded || this.#threadFailures >= MOST_THREAD_FAILURES) return undefined;
    this.#threadLines += this.#thread?.written ?? 0;
    this.#thread = undefined;
    try {
      this.#thread = new WriterThreadClient(this.#settings, {
        onTrouble: (kind, message) => this.#troubles.add(kind, message),
        onStopped: (unwritten, kind, message) => {
          if (kind === "THREAD") this.#threadFailures += 1;
          this.#troubles.add(kind, message);
          this.#writeInline(unwritten);
        },
      });
    } catch (error) {
      // The permission model refuses threads for good.
      this.#threadFailures = MOST_THREAD_FAILURES;
      this.#troubles.add("THREAD", `The writer thread could not be started: ${messageOf(error)}`);
    }
    return this.#thread;
  }

  #takeBack(milliseconds: number): void {
    const thread = this.#thread;
    if (thread === undefined || thread.isStopped) return;
    this.#writeInline(thread.drain(milliseconds));
  }

  /** Writes what a thread has not written; it may have stopped in the middle of a line. */
  #writeInline(records: readonly TextRecord[]): void {
    if (records.length === 0) return;
    this.#lineFile.oweNewline();
    for (const { head, bodies } of records) this.#appender.append(this.#composer.compose(head, bodies));
  }
}
