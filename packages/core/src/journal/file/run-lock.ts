import { isObject } from "../../json.ts";
import { TesseraeError } from "../../errors/tesserae-error.ts";
import type { JournalHolder } from "../journal-store.ts";
import { randomUuid } from "../../run/uuid.ts";
import { errorCode, type JournalFileSystem } from "./file-system.ts";
import { cannotBeSeen, describeOwner, isGone, ownerOf, type LockOwner } from "./lock-owner.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** Milliseconds after which a lock that nobody finished writing counts as left behind. */
const UNFINISHED_MS = 10_000;

interface LockContent extends JournalHolder, LockOwner {
  readonly token: string;
}

/** The lock of one run: a file that is made exclusively and names its owner. */
export class RunLock {
  readonly #fileSystem: JournalFileSystem;
  readonly #identity: ProcessIdentity;
  readonly #path: string;
  readonly #token: string = randomUuid();

  constructor(fileSystem: JournalFileSystem, identity: ProcessIdentity, path: string) {
    this.#fileSystem = fileSystem;
    this.#identity = identity;
    this.#path = path;
  }

  /**
   * Takes the lock. One that a dead process of this machine left is taken over; one of another machine only by force.
   * One that does not name its owner is taken over by force, or when it is too old to be a write that is under way.
   * @throws TesseraeError `ERR_JOURNAL_LOCKED`
   */
  acquire(force: boolean): void {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (this.#make(this.#path, this.#content())) return;
      this.#clearStale(force);
    }
    if (this.#isUnreadable()) {
      const hint = "Break the lock with `force` when you know that nobody writes the run; left alone, it lapses soon.";
      throw locked(this.#path, "the lock file is unreadable, so its owner is not known", hint);
    }
    throw locked(this.#path, "several processes try to take it at once");
  }

  release(): void {
    try {
      if (this.#read()?.token === this.#token) this.#fileSystem.remove(this.#path);
    } catch {
      // A lock that cannot be removed is stale as soon as this process ends.
    }
  }

  /** Who holds the lock, if that one may be alive. */
  holder(): JournalHolder | undefined {
    const content = this.#read();
    if (content === undefined || isGone(content, this.#identity)) return undefined;
    const { pid, host, since } = content;
    return { pid, host, since };
  }

  #content(): string {
    const { pid, host, started } = ownerOf(this.#identity);
    return JSON.stringify({ pid, started, host, since: Date.now(), token: this.#token });
  }

  /** Makes a file that must not exist; false when it does. */
  #make(path: string, content: string): boolean {
    let file: number;
    try {
      file = this.#fileSystem.open(path, "wx");
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
    try {
      const bytes = Buffer.from(content);
      for (let at = 0; at < bytes.length;) at += this.#fileSystem.write(file, bytes, at, bytes.length - at);
    } catch (error) {
      this.#fileSystem.remove(path);
      throw error;
    } finally {
      this.#fileSystem.close(file);
    }
    return true;
  }

  /** Removes a stale lock. Only one process at a time may: else the second would remove the fresh lock of the first. */
  #clearStale(force: boolean): void {
    const guard = `${this.#path}.takeover`;
    if (!this.#make(guard, "")) {
      if (!this.#isOld(guard)) throw locked(this.#path, "another process is taking it over");
      this.#fileSystem.remove(guard);
      return;
    }
    try {
      const content = this.#read();
      if (content === undefined) {
        if (this.#isUnreadable() && (force || this.#isOld(this.#path))) this.#fileSystem.remove(this.#path);
        return;
      }
      if (!isGone(content, this.#identity) && !(force && cannotBeSeen(content, this.#identity))) {
        throw locked(this.#path, describeOwner(content, this.#identity), "");
      }
      this.#fileSystem.remove(this.#path);
    } finally {
      this.#fileSystem.remove(guard);
    }
  }

  /** True when there is a lock that does not name its owner. */
  #isUnreadable(): boolean {
    try {
      this.#fileSystem.modified(this.#path);
    } catch {
      return false;
    }
    return this.#read() === undefined;
  }

  #isOld(path: string): boolean {
    try {
      return Date.now() - this.#fileSystem.modified(path) > UNFINISHED_MS;
    } catch {
      return false;
    }
  }

  #read(): LockContent | undefined {
    let json: unknown;
    try {
      json = JSON.parse(this.#fileSystem.readText(this.#path));
    } catch {
      return undefined;
    }
    if (!isObject(json)) return undefined;
    const { pid, host, since, started, token } = json;
    if (typeof pid !== "number" || typeof host !== "string" || typeof started !== "string") return undefined;
    return { pid, host, started, since: Number(since), token: String(token) };
  }
}

function locked(path: string, why: string, hint = "Try again."): TesseraeError {
  const text = hint === "" ? why : `${why}. ${hint}`;
  return new TesseraeError("ERR_JOURNAL_LOCKED", `The run is locked (${path}): ${text}`);
}
