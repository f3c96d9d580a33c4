import { closeSync, readSync } from "node:fs";
import type { LogFile } from "./log-files.ts";
import { openIfThere } from "./open-if-there.ts";

/** So much of a file is read at once. */
export const CHUNK_BYTES: number = 256 * 1024;

/**
 * The bytes of a file up to the size that it had, in a buffer that is used again. A file that is removed meanwhile has
 * none.
 */
export function* chunksOf({ path, size }: LogFile): Generator<Buffer> {
  const file = openIfThere(path);
  if (file === undefined) return;
  try {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size));
    for (let position = 0; position < size;) {
      const count = readSync(file, buffer, 0, Math.min(buffer.length, size - position), position);
      if (count === 0) return;
      position += count;
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}
