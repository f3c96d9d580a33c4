import * as fs from "node:fs";
import { makeFolders } from "../make-folders.ts";

/**
 * What the file store needs of a file system. All calls are synchronous, and throw errors with the codes of Node
 * (`ENOENT`, `EEXIST`, `ENOSPC`). Tests put a failing one in its place.
 */
export interface JournalFileSystem {
  /** `r`: read; `a`: append; `ax`, `wx`: make, and fail when it exists. Files are for their owner only. */
  open(path: string, flags: "r" | "a" | "ax" | "wx"): number;
  close(file: number): void;
  /** How many bytes were written: at least one, perhaps not all. */
  write(file: number, bytes: Uint8Array, offset: number, length: number): number;
  /** How many bytes were read into the buffer; 0 at the end. */
  read(file: number, buffer: Uint8Array, position: number): number;
  size(file: number): number;
  /** False when the file was removed while it was open. */
  isLinked(file: number): boolean;
  truncate(file: number, length: number): void;
  /** Waits until the file's content is on the disk. */
  flush(file: number): void;
  /** Waits until the names in a folder are on the disk, where the system can say so. */
  flushFolder(path: string): void;
  /** Makes a folder for its owner only. With `parents` those above too, and it may exist already. */
  makeFolder(path: string, parents: boolean): void;
  /** The names of the folders in a folder. */
  folders(path: string): readonly string[];
  readText(path: string): string;
  /** When a file was changed last, in milliseconds since 1970. */
  modified(path: string): number;
  remove(path: string): void;
  removeFolder(path: string): void;
}

const OWNER_FILE = 0o600;
const OWNER_FOLDER = 0o700;

/** The file system of this machine. */
export const nodeFileSystem: JournalFileSystem = {
  open: (path, flags) => fs.openSync(path, flags, OWNER_FILE),
  close: (file) => fs.closeSync(file),
  write: (file, bytes, offset, length) => fs.writeSync(file, bytes, offset, length),
  read: (file, buffer, position) => fs.readSync(file, buffer, 0, buffer.length, position),
  size: (file) => fs.fstatSync(file).size,
  isLinked: (file) => fs.fstatSync(file).nlink > 0,
  truncate: (file, length) => fs.ftruncateSync(file, length),
  flush: (file) => fs.fdatasyncSync(file),
  flushFolder: (path) => {
    // Windows cannot open a folder; there the file's own flush is all that can be had.
    if (process.platform === "win32") return;
    const folder = fs.openSync(path, "r");
    try {
      fs.fsyncSync(folder);
    } finally {
      fs.closeSync(folder);
    }
  },
  makeFolder: (path, parents) => {
    if (parents) makeFolders(path);
    else fs.mkdirSync(path, { mode: OWNER_FOLDER });
  },
  folders: (path) =>
    fs
      .readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name),
  readText: (path) => fs.readFileSync(path, "utf8"),
  modified: (path) => fs.statSync(path).mtimeMs,
  remove: (path) => fs.unlinkSync(path),
  removeFolder: (path) => fs.rmSync(path, { recursive: true, force: true }),
};

/** The code of a file system's error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : undefined;
}
