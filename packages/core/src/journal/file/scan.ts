import { TesseraeError } from "../../errors/tesserae-error.ts";
import type { JournalEntry } from "../entries.ts";
import type { JournalFileSystem } from "./file-system.ts";
import { decodeLine, type LineCodec } from "./line.ts";

/** Bytes that are read at once. */
const CHUNK = 256 * 1024;
const NEWLINE = 0x0a;

/** An entry and where its line ends. */
export interface ScannedEntry {
  readonly entry: JournalEntry;
  /** The offset after its newline. */
  readonly end: number;
}

/** A line and where it is. */
interface RawLine {
  readonly bytes: Buffer;
  /** From 1. */
  readonly number: number;
  readonly offset: number;
}

/**
 * Reads a journal from its beginning, in memory that does not grow with it. Bytes after the last good line are what a
 * crash left of a write: they are skipped. A bad line that has a good one after it is damage.
 *
 * @throws TesseraeError `ERR_JOURNAL_CORRUPT` with line and offset, after the good entries before the damage.
 */
export function* scanJournal(
  fileSystem: JournalFileSystem,
  path: string,
  codec: LineCodec | undefined,
): Generator<ScannedEntry> {
  let bad: { readonly line: RawLine; readonly why: string } | undefined;
  for (const line of rawLines(fileSystem, path)) {
    const decoded = decode(line, path, codec);
    if ("bad" in decoded) bad ??= { line, why: decoded.bad };
    else if (bad !== undefined) throw corrupt(path, bad.line, bad.why);
    else yield { entry: decoded.entry, end: line.offset + line.bytes.length + 1 };
  }
}

/** The length of the part of a journal that ends with its last good line. @throws as {@link scanJournal}. */
export function goodLength(fileSystem: JournalFileSystem, path: string, codec: LineCodec | undefined): number {
  let length = 0;
  for (const { end } of scanJournal(fileSystem, path, codec)) length = end;
  return length;
}

/** The last entry, when the file ends with a good line that is not longer than one read; else `undefined`. */
export function lastEntry(
  fileSystem: JournalFileSystem,
  path: string,
  codec: LineCodec | undefined,
): JournalEntry | undefined {
  const file = fileSystem.open(path, "r");
  try {
    const size = fileSystem.size(file);
    const from = Math.max(0, size - CHUNK);
    const buffer = Buffer.allocUnsafe(size - from);
    const bytes = buffer.subarray(0, fileSystem.read(file, buffer, from));
    if (bytes.at(-1) !== NEWLINE) return undefined;
    const before = bytes.lastIndexOf(NEWLINE, bytes.length - 2);
    if (before < 0 && from > 0) return undefined;
    const line = { bytes: bytes.subarray(before + 1, -1), number: 0, offset: from + before + 1 };
    const decoded = decode(line, path, codec);
    return "entry" in decoded ? decoded.entry : undefined;
  } finally {
    fileSystem.close(file);
  }
}

function decode(line: RawLine, path: string, codec: LineCodec | undefined): ReturnType<typeof decodeLine> {
  try {
    return decodeLine(line.bytes, codec);
  } catch (error) {
    throw corrupt(path, line, error instanceof Error ? error.message : "it cannot be decoded", error);
  }
}

/** The lines that end in a newline. */
function* rawLines(fileSystem: JournalFileSystem, path: string): Generator<RawLine> {
  const file = fileSystem.open(path, "r");
  try {
    // A line may be longer than a read: its pieces are kept until its newline comes.
    let pieces: Buffer[] = [];
    let position = 0;
    let offset = 0;
    let number = 0;
    for (;;) {
      const buffer = Buffer.allocUnsafe(CHUNK);
      const length = fileSystem.read(file, buffer, position);
      if (length === 0) return;
      position += length;
      const bytes = buffer.subarray(0, length);
      let from = 0;
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
        const piece = bytes.subarray(from, at);
        const line = pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]);
        pieces = [];
        number += 1;
        yield { bytes: line, number, offset };
        offset += line.length + 1;
        from = at + 1;
      }
      if (from < length) pieces.push(bytes.subarray(from));
    }
  } finally {
    fileSystem.close(file);
  }
}

function corrupt(path: string, line: RawLine, why: string, cause?: unknown): TesseraeError {
  return new TesseraeError(
    "ERR_JOURNAL_CORRUPT",
    `${path} is damaged: line ${line.number} (at offset ${line.offset}) cannot be read: ${why}. ` +
      "The part before it is good: fork from it with `salvage`.",
    cause === undefined ? {} : { cause },
  );
}
