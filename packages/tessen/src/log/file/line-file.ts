import { join } from "node:path";
import type { LogSettings } from "../log-settings.ts";
import { checkOwner, openAgentFolder } from "./agent-folder.ts";
import { dayFileName, parseDayFile, utcDate } from "./day-file.ts";
import { FileSync } from "./file-sync.ts";
import type { FileFacts, LogFileSystem } from "./file-system.ts";
import { LogRefusedError, ShortWriteError } from "./trouble.ts";

const DAY = 86_400_000;
const NEWLINE = 10;

/** Where lines go, and what tells the time. */
export interface LineFilePorts {
  readonly fileSystem: LogFileSystem;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A sync failed; the line is written all the same. */
  readonly onSyncFailure: (error: Error) => void;
}

interface OpenFile {
  readonly file: number;
  readonly path: string;
  readonly day: number;
  readonly facts: FileFacts;
  readonly sync: FileSync;
}

/**
 * The file of the day, to which several processes append, each line with one system call. It goes on in the next file
 * at midnight (UTC), at `maxFileBytes`, and when somebody has removed or replaced the file.
 */
export class LineFile {
  readonly #settings: LogSettings;
  readonly #ports: LineFilePorts;
  readonly #scratch: Buffer;
  #open: OpenFile | undefined;
  #path: string;
  /** The file may end in a part of a line, which must not become the beginning of the next. */
  #owesNewline = false;

  constructor(settings: LogSettings, ports: LineFilePorts) {
    this.#settings = settings;
    this.#ports = ports;
    this.#scratch = Buffer.allocUnsafeSlow(settings.inlineMaxBytes * 3 + 1024);
    this.#path = join(this.#settings.logDir, this.#settings.agentName, this.#name(this.#ports.now(), 0));
  }

  /** The file that the last line went to, or the first will. */
  get path(): string {
    return this.#path;
  }

  /** Writes a line, which ends with a newline. Throws the system's error, or that it is refused or was cut short. */
  append(line: string): void {
    const open = this.#current();
    const text = this.#owesNewline ? `\n${line}` : line;
    try {
      this.#write(open.file, text);
    } catch (error) {
      // Opened again, the file tells whether it ends in a part of a line.
      this.close(false);
      throw error;
    }
    this.#owesNewline = false;
    open.sync.wrote();
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
    this.#open?.sync.end(now);
    this.#open = undefined;
  }

  #write(file: number, text: string): void {
    // A character takes at most three bytes.
    const fits = text.length * 3 <= this.#scratch.length;
    const bytes = fits ? this.#scratch : Buffer.from(text);
    const length = fits ? this.#scratch.write(text) : bytes.length;
    let written = this.#ports.fileSystem.write(file, bytes, 0, length);
    // Once more: a signal or a full disk can cut a write, and the rest then tells which it was.
    if (written < length) written += this.#ports.fileSystem.write(file, bytes, written, length - written);
    if (written < length) throw new ShortWriteError(`${written} of ${length} bytes were written.`);
  }

  #current(): OpenFile {
    const now = this.#ports.now();
    const day = Math.floor(now / DAY);
    const open = this.#open;
    if (open !== undefined) {
      const facts = open.day === day ? this.#ports.fileSystem.factsAt(open.path) : undefined;
      if (facts !== undefined && isSame(facts, open.facts) && facts.size < this.#settings.maxFileBytes) return open;
      this.close(false);
    }
    const opened = this.#openDay(now, day);
    this.#open = opened;
    this.#path = opened.path;
    this.#removeOldFiles(now);
    return opened;
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
        return { file, path, day, facts, sync };
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
