import type { JournalFileSystem } from "../journal/file/file-system.ts";

/** What happens to a write: how many of its bytes arrive, and the error that then comes. */
export interface WriteFault {
  readonly accepts: number;
  readonly error?: Error | undefined;
}

interface MemoryFile {
  bytes: Uint8Array;
  length: number;
  modified: number;
  linked: boolean;
}

/** A file system in memory that fails when it is told to: full disks, short writes, a death in the middle of a write. */
export class MemoryFileSystem implements JournalFileSystem {
  /** Decides what happens to a write of so many bytes; `undefined`: it works. */
  onWrite: ((path: string, length: number) => WriteFault | undefined) | undefined;
  /** Nothing can be changed any more: the process that writes is dead. */
  frozen = false;
  readonly #files = new Map<string, MemoryFile>();
  readonly #folders = new Set<string>();
  readonly #open = new Map<number, { readonly path: string; readonly file: MemoryFile }>();
  #next = 1;

  /** The content of a file; for looking at it and for damaging it. */
  content(path: string): Uint8Array {
    const file = this.#file(path);
    return file.bytes.slice(0, file.length);
  }

  /** Puts a file there, with the folders above it. */
  put(path: string, bytes: Uint8Array): void {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
      this.#folders.add(path.slice(0, at));
    this.#files.set(path, { bytes: bytes.slice(), length: bytes.length, modified: Date.now(), linked: true });
  }

  /** The paths of all files. */
  paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  open(path: string, flags: "r" | "a" | "ax" | "wx"): number {
    const exists = this.#files.has(path);
    if (flags !== "r") this.#checkAlive();
    if (flags.endsWith("x") && exists) throw failure("EEXIST", path);
    if (flags === "r" || exists) return this.#handle(path, this.#file(path));
    if (!this.#folders.has(path.slice(0, path.lastIndexOf("/")))) throw failure("ENOENT", path);
    const file = { bytes: new Uint8Array(256), length: 0, modified: Date.now(), linked: true };
    this.#files.set(path, file);
    return this.#handle(path, file);
  }

  close(handle: number): void {
    this.#open.delete(handle);
  }

  write(handle: number, bytes: Uint8Array, offset: number, length: number): number {
    this.#checkAlive();
    const { path, file } = this.#opened(handle);
    const fault = this.onWrite?.(path, length);
    const accepted = fault?.accepts ?? length;
    if (file.length + accepted > file.bytes.length) {
      const grown = new Uint8Array(Math.max(file.length + accepted, 2 * file.bytes.length));
      grown.set(file.bytes.subarray(0, file.length));
      file.bytes = grown;
    }
    file.bytes.set(bytes.subarray(offset, offset + accepted), file.length);
    file.length += accepted;
    file.modified = Date.now();
    if (fault?.error !== undefined) throw fault.error;
    return accepted;
  }

  read(handle: number, buffer: Uint8Array, position: number): number {
    const { file } = this.#opened(handle);
    const length = Math.max(0, Math.min(buffer.length, file.length - position));
    buffer.set(file.bytes.subarray(position, position + length));
    return length;
  }

  size(handle: number): number {
    return this.#opened(handle).file.length;
  }

  isLinked(handle: number): boolean {
    return this.#opened(handle).file.linked;
  }

  truncate(handle: number, length: number): void {
    this.#checkAlive();
    const { file } = this.#opened(handle);
    file.length = Math.min(file.length, length);
  }

  flush(handle: number): void {
    this.#opened(handle);
  }

  flushFolder(_path: string): void {
    // Memory has no disk to wait for.
  }

  makeFolder(path: string, parents: boolean): void {
    if (this.#folders.has(path)) {
      if (parents) return;
      throw failure("EEXIST", path);
    }
    this.#folders.add(path);
  }

  folders(path: string): readonly string[] {
    if (!this.#folders.has(path)) throw failure("ENOENT", path);
    return [...this.#folders]
      .filter((folder) => folder.startsWith(`${path}/`) && !folder.slice(path.length + 1).includes("/"))
      .map((folder) => folder.slice(path.length + 1));
  }

  readText(path: string): string {
    return new TextDecoder().decode(this.content(path));
  }

  modified(path: string): number {
    return this.#file(path).modified;
  }

  remove(path: string): void {
    this.#checkAlive();
    this.#file(path).linked = false;
    this.#files.delete(path);
  }

  removeFolder(path: string): void {
    for (const [name, file] of this.#files) {
      if (!name.startsWith(`${path}/`)) continue;
      file.linked = false;
      this.#files.delete(name);
    }
    for (const folder of this.#folders) {
      if (folder === path || folder.startsWith(`${path}/`)) this.#folders.delete(folder);
    }
  }

  #checkAlive(): void {
    if (this.frozen) throw failure("EIO", "the process is dead");
  }

  #file(path: string): MemoryFile {
    const file = this.#files.get(path);
    if (file === undefined) throw failure("ENOENT", path);
    return file;
  }

  #handle(path: string, file: MemoryFile): number {
    const handle = this.#next;
    this.#next += 1;
    this.#open.set(handle, { path, file });
    return handle;
  }

  #opened(handle: number): { readonly path: string; readonly file: MemoryFile } {
    const open = this.#open.get(handle);
    if (open === undefined) throw failure("EBADF", `file ${handle}`);
    return open;
  }
}

/** An error as the operating system gives it: `ENOSPC` for a full disk. */
export function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
