import type { UnderlyingByteSource, UnderlyingSource } from "node:stream/web";
import { define } from "../define.ts";
import type { BodyObserver } from "./body-observer.ts";

type Bytes = ReadableStream<Uint8Array>;
type Reader = ReadableStreamDefaultReader<Uint8Array> | ReadableStreamBYOBReader;
type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>;
const NO_ARGUMENTS: readonly unknown[] = [];

type PipeOptions = Parameters<Bytes["pipeTo"]>[1];

/**
 * Lets an observer see what a stream's reader reads. The stream stays the same object, and nothing is read that its
 * reader did not ask for: no copy of the stream is made, so back-pressure and cancellation are what they were.
 *
 * The methods that hand out readers are replaced on this one stream; what reads without them (`pipeTo`, `tee`) goes
 * through a stream without a buffer. `Response` itself reads its body by `getReader`.
 */
export function observeStream(stream: Bytes, observer: BodyObserver): void {
  const { getReader, cancel, values } = stream;

  const get = (options?: { mode?: "byob" }): Reader => {
    const reader: Reader = Reflect.apply(getReader, stream, options === undefined ? [] : [options]);
    return observedReader(reader, observer, options?.mode === "byob");
  };
  const iterate = (options?: { preventCancel?: boolean }): AsyncIterableIterator<Uint8Array> =>
    observedIterator(values.call(stream, options), observer, options?.preventCancel === true);
  const through = (): Bytes => unbuffered(stream, isByteStream(stream, getReader));

  define(stream, "getReader", get);
  define(stream, "values", iterate);
  define(stream, Symbol.asyncIterator, iterate);
  define(stream, "cancel", (reason?: unknown) => {
    if (!stream.locked) observer.cancelled();
    return cancel.call(stream, reason);
  });
  define(stream, "tee", () => through().tee());
  define(stream, "pipeTo", (to: WritableStream<Uint8Array>, options?: PipeOptions) => through().pipeTo(to, options));
  define(stream, "pipeThrough", (to: ReadableWritablePair<unknown, Uint8Array>, options?: PipeOptions) =>
    through().pipeThrough(to, options),
  );
}

function observedReader<R extends Reader>(reader: R, observer: BodyObserver, copies: boolean): R {
  const { read, cancel } = reader;
  const observe = observerOf(observer, copies);
  if (copies) define(reader, "read", (...args: unknown[]) => observe(Reflect.apply(read, reader, args)));
  else define(reader, "read", () => observe(Reflect.apply(read, reader, NO_ARGUMENTS)));
  define(reader, "cancel", (reason?: unknown) => {
    observer.cancelled();
    return cancel.call(reader, reason);
  });
  return reader;
}

function observedIterator(
  iterator: AsyncIterableIterator<Uint8Array>,
  observer: BodyObserver,
  keeps: boolean,
): AsyncIterableIterator<Uint8Array> {
  const { next, return: leave } = iterator;
  const observe = observerOf(observer, false);
  define(iterator, "next", () => observe(next.call(iterator)));
  if (leave !== undefined) {
    define(iterator, "return", (value?: unknown) => {
      if (!keeps) observer.cancelled();
      return Reflect.apply(leave, iterator, [value]);
    });
  }
  return iterator;
}

/**
 * Tells the observer of what a reader's promise brings. The reader gets the promise as it is: who looks first sees first,
 * and the reader waits for nobody.
 */
function observerOf(observer: BodyObserver, copies: boolean): <T extends Promise<Read>>(reading: T) => T {
  const see = (result: Read): void => {
    if (result.done) observer.ended();
    else if (result.value !== undefined) observer.chunk(copies ? new Uint8Array(result.value) : result.value);
  };
  const fail = (error: unknown): void => observer.failed(error);
  return (reading) => {
    void reading.then(see, fail);
    return reading;
  };
}

/** A stream of the same kind that asks for a chunk only when it is asked for one. */
function unbuffered(stream: Bytes, isOfBytes: boolean): Bytes {
  const reader = stream.getReader();
  const cancel = (reason?: unknown): Promise<void> => reader.cancel(reason);
  const lazy = { highWaterMark: 0 };
  if (isOfBytes) return new ReadableStream(bytesOf(reader, cancel), lazy);
  const source: UnderlyingSource<Uint8Array> = {
    async pull(controller) {
      const result = await reader.read();
      if (result.done) controller.close();
      else controller.enqueue(result.value);
    },
    cancel,
  };
  return new ReadableStream(source, lazy);
}

function bytesOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  cancel: UnderlyingByteSource["cancel"],
): UnderlyingByteSource {
  return {
    type: "bytes",
    async pull(controller) {
      let result = await reader.read();
      while (!result.done && result.value.byteLength === 0) result = await reader.read();
      if (result.done) {
        controller.close();
        controller.byobRequest?.respond(0);
      } else {
        controller.enqueue(result.value);
      }
    },
    ...(cancel === undefined ? {} : { cancel }),
  };
}

/** Only a stream of bytes gives a reader that brings its own buffer. Its chunks may be handed on without a copy. */
function isByteStream(stream: Bytes, getReader: Bytes["getReader"]): boolean {
  try {
    getReader.call(stream, { mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
