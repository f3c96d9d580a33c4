import { join } from "node:path";
import type { LogSettings } from "../log-settings.ts";
import { checkOwner, openAgentFolder } from "./agent-folder.ts";
import { dayFileName, parseDayFile, utcDate } from "./day-file.ts";
import { FileSync } from "./file-sync.ts";
import type { FileFacts, LogFileSystem } from "./file-system.ts";
import { LogRefusedError, ShortWriteError } from "./trouble.ts";

const DAY = 86_400_000;
const NEWLINE = 10;
/** A file that was written to is looked for again so soon, and before more than this was written to it. */
const LOOK_MS = 100;
const LOOK_BYTES = 256 * 1024;
/** A character takes at most so many bytes. */
const MOST_OF_A_CHARACTER = 3;

/** Where lines go, and what tells the time. */
export interface LineFilePorts {
  readonly fileSystem: LogFileSystem;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A sync failed; the line is written all the same. */
  readonly onSyncFailure: (error: Error) => void;
  /** The file could not be looked for, or is gone and cannot be made again: what was written to it is kept. */
  readonly onLookFailure: (error: unknown) => void;
}

interface OpenFile {
  readonly file: number;
  readonly path: string;
  readonly day: number;
  readonly facts: FileFacts;
  readonly sync: FileSync;
  /** Its size, as far as is known: others append to it, too. */
  size: number;
}

/**
 * The file of the day, to which several processes append, each line with one system call. It goes on in the next file
 * at midnight (UTC), at `maxFileBytes`, and when somebody has removed or replaced the file.
 *
 * To look for the file before each write would cost as much as to write. It is done a moment after writes, and what was
 * written since the last look is kept: where the file is gone it is written again to the next one.
 */
export class LineFile {
  readonly #settings: LogSettings;
  readonly #ports: LineFilePorts;
  /** The bytes of the lines since the last look, one after the other. */
  readonly #recent: Buffer;
  readonly #lookBytes: number;
  #recentBytes = 0;
  #lookTimer: NodeJS.Timeout | undefined;
  /** Lines that were written to a file that is gone. */
  #owed: Buffer | undefined;
  #open: OpenFile | undefined;
  #path: string;
  /** The file may end in a part of a line, which must not become the beginning of the next. */
  #owesNewline = false;

  constructor(settings: LogSettings, ports: LineFilePorts) {
    this.#settings = settings;
    this.#ports = ports;
    const line = settings.inlineMaxBytes * MOST_OF_A_CHARACTER + 1024;
    this.#recent = Buffer.allocUnsafeSlow(Math.max(line, LOOK_BYTES));
    this.#lookBytes = Math.min(LOOK_BYTES, settings.maxFileBytes / 16);
    this.#path = join(this.#settings.logDir, this.#settings.agentName, this.#name(this.#ports.now(), 0));
  }

  /** The file that the last line went to, or the first will. */
  get path(): string {
    return this.#path;
  }

  /** Writes a line, which ends with a newline. Throws the system's error, or that it is refused or was cut short. */
  append(line: string): void {
    const most = (line.length + 1) * MOST_OF_A_CHARACTER;
    const isDue = this.#recentBytes >= this.#lookBytes || this.#recentBytes + most > this.#recent.length;
    const open = this.#current(isDue);
    const text = this.#owesNewline ? `\n${line}` : line;
    try {
      this.#writeText(open, text, most);
    } catch (error) {
      // Opened again, the file tells whether it ends in a part of a line.
      this.close(false);
      throw error;
    }
    this.#owesNewline = false;
  }

  /**
   * Looks whether the lines that were written are where they should be, and writes them again where their file is gone.
   * What cannot be written is owed before the next line.
   */
  look(): void {
    if (this.#recentBytes === 0 && this.#owed === undefined) return;
    try {
      this.#current(true);
    } catch (error) {
      this.#ports.onLookFailure(error);
    }
  }

  /** Another writer of this process has failed in the middle of a line. */
  oweNewline(): void {
    this.#owesNewline = true;
  }

  /** Resolves once everything written so far is on the disk, as far as the durability asks for that. */
  settled(): Promise<void> {
    return this.#open?.sync.settled() ?? Promise.resolve();
  }

  /** Closes the file, synced when `now`; the next line opens it again. */
  close(now: boolean): void {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = undefined;
    this.#recentBytes = 0;
    this.#open?.sync.end(now);
    this.#open = undefined;
  }

  #writeText(open: OpenFile, text: string, most: number): void {
    if (most > this.#recent.length) {
      const bytes = Buffer.from(text);
      this.#write(open, bytes, 0, bytes.length);
      return;
    }
    const begin = this.#recentBytes;
    const length = this.#recent.write(text, begin);
    this.#recentBytes = begin + length;
    this.#write(open, this.#recent, begin, length);
  }

  #write(open: OpenFile, bytes: Uint8Array, begin: number, length: number): void {
    const { fileSystem } = this.#ports;
    let written = fileSystem.write(open.file, bytes, begin, length);
    // Once more: a signal or a full disk can cut a write, and the rest then tells which it was.
    if (written < length) written += fileSystem.write(open.file, bytes, begin + written, length - written);
    if (written < length) throw new ShortWriteError(`${written} of ${length} bytes were written.`);
    open.size += length;
    open.sync.wrote();
    this.#lookTimer ??= setTimeout(() => {
      this.#lookTimer = undefined;
      this.look();
    }, LOOK_MS).unref();
  }

  /** The file to write to. `looks`: after a look whether it is still there. */
  #current(looks: boolean): OpenFile {
    const now = this.#ports.now();
    const day = Math.floor(now / DAY);
    const open = this.#open;
    if (open !== undefined) {
      const isOver = open.day !== day || open.size >= this.#settings.maxFileBytes;
      if (!isOver && !looks) return open;
      const facts = this.#ports.fileSystem.factsAt(open.path);
      const isThere = facts !== undefined && isSame(facts, open.facts);
      if (!isThere) this.#owe();
      this.#recentBytes = 0;
      if (isThere) {
        open.size = facts.size;
        if (open.day === day && open.size < this.#settings.maxFileBytes) return open;
      }
      this.close(false);
    }
    const opened = this.#openDay(now, day);
    this.#open = opened;
    this.#path = opened.path;
    this.#removeOldFiles(now);
    this.#payOwed(opened);
    return opened;
  }

  /** The lines since the last look are gone with their file. */
  #owe(): void {
    if (this.#recentBytes === 0) return;
    const recent = this.#recent.subarray(0, this.#recentBytes);
    this.#owed = Buffer.concat(this.#owed === undefined ? [recent] : [this.#owed, recent]);
  }

  #payOwed(open: OpenFile): void {
    const owed = this.#owed;
    if (owed === undefined) return;
    const bytes = this.#owesNewline ? Buffer.concat([Buffer.from("\n"), owed]) : owed;
    try {
      this.#write(open, bytes, 0, bytes.length);
    } catch (error) {
      this.close(false);
      throw error;
    }
    this.#owesNewline = false;
    this.#owed = undefined;
  }

  /** Opens the first file of the day that has room. */
  #openDay(now: number, day: number): OpenFile {
    const { fileSystem } = this.#ports;
    const folder = openAgentFolder(fileSystem, this.#settings.logDir, this.#settings.agentName);
    for (let number = 0; ; number += 1) {
      const path = join(folder, this.#name(now, number));
      if ((fileSystem.factsAt(path)?.size ?? 0) >= this.#settings.maxFileBytes) continue;
      const file = fileSystem.openToAppend(path);
      try {
        const facts = fileSystem.factsOf(file);
        if (!facts.isFile) throw new LogRefusedError(`${path} is no file.`);
        checkOwner(facts, path);
        if (facts.mode !== 0o600) fileSystem.setMode(path, 0o600);
        this.#owesNewline = facts.size > 0 && fileSystem.lastByte(path, facts.size) !== NEWLINE;
        const sync = new FileSync(fileSystem, file, this.#settings.durability, this.#ports.onSyncFailure);
        return { file, path, day, facts, sync, size: facts.size };
      } catch (error) {
        fileSystem.close(file);
        throw error;
      }
    }
  }

  #removeOldFiles(now: number): void {
    if (this.#settings.retentionDays <= 0) return;
    const oldest = utcDate(now - this.#settings.retentionDays * DAY);
    const folder = join(this.#settings.logDir, this.#settings.agentName);
    try {
      for (const name of this.#ports.fileSystem.names(folder)) {
        const date = parseDayFile(name)?.date;
        if (date !== undefined && date < oldest) this.#ports.fileSystem.remove(join(folder, name));
      }
    } catch {
      // Another process removes the same files; what stays is removed the next time.
    }
  }

  #name(now: number, number: number): string {
    return dayFileName(utcDate(now), number, this.#settings.filePerProcess ? process.pid : undefined);
  }
}

function isSame(first: FileFacts, second: FileFacts): boolean {
  return first.inode === second.inode && first.device === second.device;
}
