import type { Readable } from "node:stream";
import { define } from "../define.ts";
import type { BodyObserver } from "./body-observer.ts";

/**
 * Lets an observer see what a Node stream gets from its source. The stream's own `push` is replaced: a listener for
 * `data` would make it flow, and bytes would be lost for a reader that comes later.
 */
export function observeNodeStream(stream: Readable, observer: BodyObserver): void {
  const { push } = stream;
  let isEnded = false;
  define(stream, "push", (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk === null) {
      isEnded = true;
      observer.ended();
    } else if (typeof chunk === "string") {
      observer.chunk(Buffer.from(chunk, encoding));
    } else if (chunk instanceof Uint8Array) {
      observer.chunk(chunk);
    }
    return push.call(stream, chunk, encoding);
  });
  // A stream that is destroyed before its end was given up by its reader, or its source broke.
  const { _destroy: destroy } = stream;
  define(stream, "_destroy", (error: Error | null, callback: (error?: Error | null) => void): void => {
    if (!isEnded) {
      if (error === null) observer.cancelled();
      else observer.failed(error);
    }
    destroy.call(stream, error, callback);
  });
}
