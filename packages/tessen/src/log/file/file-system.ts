import * as fs from "node:fs";
import { dirname } from "node:path";

/** What the log wants to know of a file or folder. */
export interface FileFacts {
  readonly isFile: boolean;
  readonly isFolder: boolean;
  readonly size: number;
  /** Tells files apart: device and number. */
  readonly device: number;
  readonly inode: number;
  readonly owner: number;
  readonly mode: number;
}

/**
 * What the log needs of a file system. Calls throw errors with the codes of Node (`ENOSPC`). Tests put a failing one in
 * its place.
 */
export interface LogFileSystem {
  /** Opens for appending, and makes the file for its owner alone. Follows no symbolic link, waits for no reader. */
  openToAppend(path: string): number;
  /** How many bytes were written; perhaps not all. */
  write(file: number, bytes: Uint8Array, offset: number, length: number): number;
  /** Waits until what was written is on the disk. */
  sync(file: number): void;
  /** The same in the background. */
  syncLater(file: number, done: (error: Error | null) => void): void;
  close(file: number): void;
  factsOf(file: number): FileFacts;
  /** Facts of what lies at a path, which may be a symbolic link; `undefined` where there is nothing. */
  factsAt(path: string): FileFacts | undefined;
  /** The last byte of a file that is not empty. */
  lastByte(path: string, size: number): number | undefined;
  /** Makes a folder and those above it for their owner alone. */
  makeFolder(path: string): void;
  setMode(path: string, mode: number): void;
  names(folder: string): readonly string[];
  remove(path: string): void;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

// Windows has neither of them.
const WITHOUT_TRAPS = (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);

/** The file system of this machine. */
export const nodeFileSystem: LogFileSystem = {
  openToAppend: (path) => fs.openSync(path, O_WRONLY | O_APPEND | O_CREAT | WITHOUT_TRAPS, 0o600),
  write: (file, bytes, offset, length) => fs.writeSync(file, bytes, offset, length),
  sync: (file) => fs.fdatasyncSync(file),
  syncLater: (file, done) => fs.fdatasync(file, done),
  close: (file) => fs.closeSync(file),
  factsOf: (file) => facts(fs.fstatSync(file)),
  factsAt: (path) => {
    const found = fs.lstatSync(path, { throwIfNoEntry: false });
    return found === undefined ? undefined : facts(found);
  },
  lastByte: (path, size) => {
    const file = fs.openSync(path, O_RDONLY | WITHOUT_TRAPS);
    try {
      const byte = new Uint8Array(1);
      return fs.readSync(file, byte, 0, 1, size - 1) === 1 ? byte[0] : undefined;
    } finally {
      fs.closeSync(file);
    }
  },
  makeFolder,
  setMode: (path, mode) => fs.chmodSync(path, mode),
  names: (folder) => fs.readdirSync(folder),
  remove: (path) => fs.unlinkSync(path),
};

/**
 * Not the `recursive` of Node, which tries for ever where a folder that is there takes no new ones and says that it is
 * not there, as `/proc` does.
 */
function makeFolder(path: string): void {
  try {
    fs.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    const above = dirname(path);
    if (code !== "ENOENT" || above === path || fs.existsSync(above)) throw error;
    makeFolder(above);
    makeFolder(path);
  }
}

function facts(stats: fs.Stats): FileFacts {
  return {
    isFile: stats.isFile(),
    isFolder: stats.isDirectory(),
    size: stats.size,
    device: stats.dev,
    inode: stats.ino,
    owner: stats.uid,
    mode: stats.mode & 0o777,
  };
}
