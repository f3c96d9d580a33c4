import { CancelledError, RuntimeError } from "@tesserae/core";
import type { CallWatch } from "./call-watch.ts";
import { describeUrl, TransportError } from "./transport-error.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Where the bytes of a body come from: a socket's message, a decoder behind it, or a `fetch` reader. */
export interface BodySource {
  /** Begins to call the sink, never before it returns. */
  start(sink: BodySink): void;
  pause(): void;
  resume(): void;
  /** Drops the connection, or lets it go when all bytes have come. Calls the sink no more. */
  destroy(): void;
}

/** What a {@link BodySource} calls. After `end` or `fail` nothing more comes. */
export interface BodySink {
  data(chunk: Uint8Array): void;
  end(): void;
  fail(error: Error): void;
}

/** A reader that falls behind by this many bytes stops the source. */
const HIGH_WATER_BYTES = 256 * 1024;

type Batch = IteratorResult<readonly Uint8Array[], undefined>;
type BatchIterator = AsyncIterableIterator<readonly Uint8Array[], undefined>;

/** What waits for the body: an iterator's `next`, or `text()`. */
interface Waiter {
  readonly whole: boolean;
  resolve(batch: Batch): void;
  reject(error: Error): void;
}

const DONE: Batch = { done: true, value: undefined };

/**
 * The body of one response: a queue between the source, which pushes, and one reader.
 *
 * What arrived before the connection broke is handed over before the error; an abort drops it. The chunks of one
 * socket read are all pushed before a microtask runs, so they are handed over together.
 */
export class ResponseBody implements BodySink {
  readonly #source: BodySource;
  readonly #watch: CallWatch;
  readonly #url: string;
  readonly #maxBytes: number;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #paused = false;
  /** Nothing more comes. The queue may still hold something. */
  #ended = false;
  #error: Error | undefined;
  #taken = false;
  #waiter: Waiter | undefined;
  #waking = false;

  constructor(source: BodySource, watch: CallWatch, url: string, maxBytes: number) {
    this.#source = source;
    this.#watch = watch;
    this.#url = url;
    this.#maxBytes = maxBytes;
    source.start(this);
  }

  data(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.byteLength;
    const waiter = this.#waiter;
    if (waiter?.whole === true) {
      // An iterator's waits are told one by one; this is one long one.
      this.#watch.activity();
      if (this.#queuedBytes > this.#maxBytes) this.abort(this.#tooLarge());
      return;
    }
    if (this.#queuedBytes >= HIGH_WATER_BYTES && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
    if (waiter !== undefined && !this.#waking) {
      this.#waking = true;
      queueMicrotask(() => this.#wake());
    }
  }

  end(): void {
    if (!this.#ended) this.#finish(undefined);
  }

  fail(error: Error): void {
    if (!this.#ended) this.#finish(error);
  }

  /** Ends the body from outside: the queue is dropped, the connection too, and what is pending rejects. */
  abort(error: Error): void {
    if (!this.#ended) this.#source.destroy();
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#finish(error);
  }

  cancel(): void {
    this.#taken = true;
    if (this.#ended && this.#queue.length === 0) return;
    this.abort(new CancelledError("The response was cancelled before its body was read."));
  }

  async text(): Promise<string> {
    this.#take();
    if (this.#queuedBytes > this.#maxBytes) this.abort(this.#tooLarge());
    if (!this.#ended) {
      await new Promise<unknown>((resolve, reject) => {
        this.#wait({ whole: true, resolve, reject });
        this.#resumeSource();
      });
    }
    if (this.#error !== undefined) {
      this.#takeQueue();
      throw this.#error;
    }
    return decodeUtf8(this.#takeQueue());
  }

  /** The one iterator over what arrives, in batches. */
  batches(): BatchIterator {
    this.#take();
    const iterator: BatchIterator = {
      next: () => this.#next(),
      return: () => {
        this.cancel();
        this.#error = undefined;
        return Promise.resolve(DONE);
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  #next(): Promise<Batch> {
    if (this.#waiter !== undefined) {
      return Promise.reject(new RuntimeError("The body is being read already: await one next() before the other."));
    }
    if (this.#queue.length > 0) {
      const value = this.#takeQueue();
      this.#resumeSource();
      return Promise.resolve({ done: false, value });
    }
    if (!this.#ended) return new Promise((resolve, reject) => this.#wait({ whole: false, resolve, reject }));
    // An error is told once; after it the iterator is at its end, as that of a generator would be.
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve(DONE) : Promise.reject(error);
  }

  #take(): void {
    if (this.#taken) {
      throw new RuntimeError("The response's body was read or cancelled before: it can be read once, in one way.");
    }
    this.#taken = true;
  }

  #wait(waiter: Waiter): void {
    this.#waiter = waiter;
    this.#watch.waiting(true);
  }

  #wake(): void {
    this.#waking = false;
    const waiter = this.#waiter;
    if (waiter === undefined || this.#queue.length === 0) return;
    this.#waiter = undefined;
    this.#watch.waiting(false);
    const value = this.#takeQueue();
    this.#resumeSource();
    waiter.resolve({ done: false, value });
  }

  #finish(error: Error | undefined): void {
    this.#ended = true;
    this.#error = error;
    const waiter = this.#waiter;
    // Who wants the whole has no use for a part.
    if (error !== undefined && waiter?.whole === true) this.#queue = [];
    // Until the queue is handed over an abort must still be heard; time no longer matters.
    if (this.#queue.length === 0) this.#watch.close();
    else this.#watch.stopTimers();
    if (waiter === undefined || (this.#waking && this.#queue.length > 0)) return;
    this.#waiter = undefined;
    if (error === undefined) {
      waiter.resolve(DONE);
      return;
    }
    if (!waiter.whole) this.#error = undefined;
    waiter.reject(error);
  }

  #takeQueue(): Uint8Array[] {
    const queue = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    if (this.#ended) this.#watch.close();
    return queue;
  }

  #resumeSource(): void {
    if (!this.#paused || this.#ended) return;
    this.#paused = false;
    this.#source.resume();
  }

  #tooLarge(): TransportError {
    const message = `The response of ${describeUrl(this.#url)} is larger than ${this.#maxBytes} bytes (maxBodyBytes).`;
    return new TransportError("ERR_HTTP_TOO_LARGE", message, { retryable: false });
  }
}
