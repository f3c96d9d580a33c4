import type { StreamItem } from "../messages/types.ts";
import type { TaskResult } from "./task.ts";

/**
 * The items of a run as they come, then its {@link TaskResult}, last.
 * Leaving the loop early aborts the run and waits for its clean-up. It has one reader: a second one gets an error, and what
 * is read again after the end is empty.
 */
export interface RunStream extends AsyncIterable<StreamItem | TaskResult> {
  /** The run's result. Never an unhandled rejection; rejects with the run's error when the run failed. */
  readonly result: Promise<TaskResult>;
  [Symbol.asyncIterator](): AsyncIterator<StreamItem | TaskResult, void>;
  /** Server-sent events, one JSON item each. */
  toReadableStream(): ReadableStream<Uint8Array>;
  /** {@link RunStream.toReadableStream} as the body of a `text/event-stream` response. */
  toResponse(init?: ResponseInit): globalThis.Response;
}
