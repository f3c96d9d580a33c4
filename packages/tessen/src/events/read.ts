import { open } from "node:fs/promises";
import { CHUNK_BYTES, chunksOf } from "./chunks-of.ts";
import { startCounts, type ReadCounts } from "./event-lines.ts";
import { logFiles, type LogFile } from "./log-files.ts";
import { isMissing } from "./open-if-there.ts";
import { parseSince } from "./parse-since.ts";
import type { ReadAsyncOptions, ReadOptions } from "./read-options.ts";
import { readPasses, type ReadPass } from "./read-passes.ts";
import type { TessenEvent } from "./tessen-event.ts";

/**
 * The events of an agent, oldest first: in the order in which they were written. The agent is a name under the folder of
 * logs, or the path of a folder or a `.jsonl` file. One without a log has no events. Memory does not grow with the log.
 *
 * @throws TypeError when `since` or `until` is no time.
 */
export function read(agent: string, options: ReadOptions = {}): Iterable<TessenEvent> {
  const { files, passes } = reading(agent, options);
  return eventsOf(files, passes);
}

/** Like {@link read}, without blocking between the chunks of a file. */
export function readAsync(agent: string, options: ReadAsyncOptions = {}): AsyncIterable<TessenEvent> {
  const { files, passes } = reading(agent, options);
  return eventsLaterOf(files, passes, options.signal);
}

interface Reading {
  readonly files: readonly LogFile[];
  readonly passes: Iterable<ReadPass>;
}

function reading(agent: string, options: ReadOptions): Reading {
  const now = Date.now();
  const since = options.since === undefined ? undefined : parseSince(options.since, now);
  const until = options.until === undefined ? Infinity : parseSince(options.until, now);
  const counts: ReadCounts = startCounts(options.stats);
  const files = logFiles(agent, { logDir: options.logDir ?? options.log_dir, since });
  return { files, passes: readPasses({ since: since ?? -Infinity, until }, counts, now) };
}

function* eventsOf(files: readonly LogFile[], passes: Iterable<ReadPass>): Generator<TessenEvent> {
  for (const pass of passes) {
    for (const file of files) {
      for (const bytes of chunksOf(file)) yield* pass.push(bytes);
      yield* pass.end(file);
    }
  }
}

async function* eventsLaterOf(
  files: readonly LogFile[],
  passes: Iterable<ReadPass>,
  signal: AbortSignal | undefined,
): AsyncGenerator<TessenEvent> {
  for (const pass of passes) {
    for (const file of files) {
      for await (const bytes of chunksLaterOf(file)) {
        signal?.throwIfAborted();
        for (const event of pass.push(bytes)) {
          yield event;
          signal?.throwIfAborted();
        }
      }
      yield* pass.end(file);
    }
  }
}

async function* chunksLaterOf({ path, size }: LogFile): AsyncGenerator<Buffer> {
  const file = await open(path, "r").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (file === undefined) return;
  try {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size));
    for (let position = 0; position < size;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - position), position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
