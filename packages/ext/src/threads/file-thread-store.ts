import { randomUUID } from "node:crypto";
import { link, open, readFile, readdir, rm, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { threadConflict, type ThreadRecord, type ThreadStore } from "@tesserae/agentchat";
import { ValueError, isObject } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";

/** The longest name of a folder that every file system takes. */
const LONGEST_NAME = 255;
const VERSION = /^(\d+)\.json$/;

/** Options of a {@link FileThreadStore}. */
export interface FileThreadStoreOptions {
  /** The folder of the conversations; it is made when the first one is saved. */
  readonly directory: string;
  /** How many versions of a conversation are kept, the last one among them: what can be looked back to. Default 1. */
  readonly versions?: number | undefined;
}

/**
 * Keeps conversations in a folder, one of its own for each: `<directory>/<id>/<version>.json`. Several processes may use
 * one folder: of two that save the same version one gets `ERR_THREAD_CONFLICT`. A save is on the disk when it returns.
 *
 * Folders are 0700, files 0600: a conversation holds everything that was said.
 */
export class FileThreadStore implements ThreadStore {
  readonly directory: string;
  readonly #kept: number;

  /** @throws ValueError for a number of versions that would keep nothing. */
  constructor(options: FileThreadStoreOptions) {
    const { directory, versions = 1 } = options;
    if (!(versions >= 1)) throw new ValueError(`At least 1 version of a conversation is kept, got ${versions}.`);
    this.directory = resolve(directory);
    this.#kept = versions;
  }

  /** @throws ValueError for a file that holds no conversation. */
  async load(id: string, version?: number): Promise<ThreadRecord | undefined> {
    for (;;) {
      const wanted = version ?? (await this.#version(id));
      if (wanted === 0) return undefined;
      const path = this.#file(id, wanted);
      const text = await readFile(path, "utf8").catch(ifMissing(undefined));
      if (text !== undefined) return readRecord(text, path);
      if (version !== undefined) return undefined;
      // A newer version came between the look and the reading.
    }
  }

  async save(id: string, record: ThreadRecord): Promise<void> {
    const folder = this.#folder(id);
    const kept = await this.#version(id);
    if (record.version !== kept + 1) throw threadConflict(id, record.version, kept);
    makeFolders(folder);
    const draft = join(folder, `${randomUUID()}.draft`);
    try {
      await writeDurably(draft, JSON.stringify(record));
      // Making the name is what decides between two that save at once: only one can.
      await link(draft, this.#file(id, record.version));
    } catch (error) {
      if (codeOf(error) === "EEXIST") throw threadConflict(id, record.version, await this.#version(id));
      throw error;
    } finally {
      await unlink(draft).catch(() => undefined);
    }
    const oldest = record.version - this.#kept;
    for (const version of await this.versions(id)) {
      if (version <= oldest) await unlink(this.#file(id, version)).catch(() => undefined);
    }
  }

  async delete(id: string): Promise<void> {
    await rm(this.#folder(id), { recursive: true, force: true });
  }

  async list(): Promise<readonly string[]> {
    const names = await readdir(this.directory).catch(ifMissing([]));
    const ids = names.flatMap(idOf);
    const versions = await Promise.all(ids.map((id) => this.#version(id)));
    return ids.filter((_, index) => versions[index] !== 0);
  }

  async versions(id: string): Promise<readonly number[]> {
    const names = await readdir(this.#folder(id)).catch(ifMissing([]));
    return names
      .flatMap((name) => VERSION.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b);
  }

  /** The newest version; 0 where there is none. */
  async #version(id: string): Promise<number> {
    return (await this.versions(id)).at(-1) ?? 0;
  }

  #file(id: string, version: number): string {
    return join(this.#folder(id), `${version}.json`);
  }

  #folder(id: string): string {
    if (/\p{Surrogate}/u.test(id)) throw new ValueError("The id of a conversation in files is well-formed Unicode.");
    // The encoding leaves what means something to file systems and shells, and capitals, which some do not tell from small
    // letters: two people's conversations must not be one.
    const name = encodeURIComponent(id).replaceAll(/%..|[A-Z.*]/g, (found) =>
      found.length > 1 ? found : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    if (name === "" || name.length > LONGEST_NAME) {
      throw new ValueError(
        `The id of a conversation in files has 1 to ${LONGEST_NAME} characters when it is encoded for a name; this one has ${name.length}.`,
      );
    }
    return join(this.directory, name);
  }
}

/** The id of a folder's name; none for what somebody else has put there. */
function idOf(name: string): readonly string[] {
  try {
    return [decodeURIComponent(name)];
  } catch {
    return [];
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

function readRecord(text: string, path: string): ThreadRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const { version, state, messages } = isObject(json) ? json : {};
  // What is inside was written by a team or an agent; it looks at it when it is loaded.
  if (typeof version === "number" && isObject(state) && Array.isArray(messages)) return json as ThreadRecord;
  throw new ValueError(`${path} holds no conversation. Delete it to begin this one anew.`);
}

function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === "ENOENT") return value;
    throw error;
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? Reflect.get(error, "code") : undefined;
}
