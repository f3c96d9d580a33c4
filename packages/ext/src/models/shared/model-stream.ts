import { CancelledError, type CreateResult, type ModelStream, RuntimeError } from "@tesserae/core";
import type { AssembledResponse, Delta, StreamAssembler } from "@tesserae/wire";
import { SseDecoder } from "@tesserae/wire/sse";
import type { HttpResponse } from "../../transport/types.ts";

/** What a stream is made of. */
export interface StreamParts {
  readonly signal: AbortSignal | undefined;
  /** Sends the request; called at the first `next()`. */
  readonly open: () => Promise<HttpResponse>;
  readonly assembler: StreamAssembler;
  /** Whether reasoning is part of the text, between `<think>` and `</think>`. */
  readonly reasoning: boolean;
  /** Called when the first piece of the answer is here. */
  readonly onStart?: (() => void) | undefined;
  /** Makes the result of the whole answer, or the error of one that is none. */
  readonly finish: (response: AssembledResponse) => CreateResult;
  /** The error for what was thrown while the answer was read. */
  readonly errorOf: (thrown: unknown) => Error;
}

type Item = string | CreateResult;
type Batch = IteratorResult<readonly Item[], undefined>;

const DONE: Batch = { done: true, value: undefined };
/** How long a server may take to end a body whose last event has come, before its connection is dropped. */
const DRAIN_MS = 500;

/** A model's answer over server-sent events: all that one read of the socket brings is handled in one pass. Read once. */
export function modelStream(parts: StreamParts): ModelStream {
  let taken = false;
  const take = (): Reader => {
    if (taken) throw new RuntimeError("A model's stream can be read once. Call createStream again to ask again.");
    taken = true;
    return new Reader(parts);
  };
  return { batches: () => take(), [Symbol.asyncIterator]: () => itemsOf(take(), parts.signal) };
}

class Reader implements AsyncIterator<readonly Item[], undefined> {
  readonly #parts: StreamParts;
  readonly #decoder = new SseDecoder();
  #response: HttpResponse | undefined;
  #bytes: AsyncIterator<readonly Uint8Array[], undefined> | undefined;
  #started = false;
  #thinking = false;
  #over = false;
  /** To be thrown when what came before it has been handed over. */
  #failure: Error | undefined;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  async next(): Promise<Batch> {
    if (this.#failure !== undefined) {
      const failure = this.#failure;
      this.#failure = undefined;
      throw failure;
    }
    if (this.#over) return DONE;
    try {
      const batch = await this.#read();
      // An abort while the batch was on its way: nothing of it is handed over.
      if (this.#parts.signal?.aborted === true)
        throw new CancelledError(undefined, { cause: this.#parts.signal.reason });
      return batch;
    } catch (error) {
      this.#leave();
      throw this.#parts.errorOf(error);
    }
  }

  return(): Promise<Batch> {
    this.#failure = undefined;
    this.#leave();
    return Promise.resolve(DONE);
  }

  async #read(): Promise<Batch> {
    const bytes = this.#bytes ?? (await this.#open());
    while (!this.#over) {
      const { done, value } = await bytes.next();
      const items: Item[] = [];
      if (done === true) {
        const last = this.#decoder.end();
        if (last !== undefined) this.#event(last.data, items);
        if (!this.#over) this.#finish(items);
      } else {
        for (const chunk of value) {
          for (const event of this.#decoder.push(chunk)) {
            if (!this.#over) this.#event(event.data, items);
          }
        }
        if (this.#over) drain(this.#response, bytes);
      }
      if (items.length > 0) return { done: false, value: items };
      // What failed before anything came fails this call.
      if (this.#failure !== undefined) return await this.next();
    }
    return DONE;
  }

  async #open(): Promise<AsyncIterator<readonly Uint8Array[], undefined>> {
    const response = await this.#parts.open();
    if (this.#over) {
      response.cancel();
      return NOTHING;
    }
    this.#response = response;
    this.#bytes = response.batches();
    return this.#bytes;
  }

  #event(data: string, items: Item[]): void {
    const deltas = this.#parts.assembler.pushData(data);
    if (deltas.length > 0) {
      if (!this.#started) {
        this.#started = true;
        this.#parts.onStart?.();
      }
      for (const delta of deltas) this.#delta(delta, items);
    }
    if (data === "[DONE]" && !this.#over) this.#finish(items);
  }

  #delta(delta: Delta, items: Item[]): void {
    switch (delta.type) {
      case "text":
      case "refusal":
        items.push(delta.text);
        return;
      case "thinking":
        if (!this.#parts.reasoning) return;
        items.push(this.#thinking ? delta.text : `<think>${delta.text}`);
        this.#thinking = true;
        return;
      case "thinking-end":
        this.#endThinking(items);
        return;
      case "error":
        // The rest of the stream is of no use, and the whole answer holds the error.
        this.#finish(items);
        return;
      default:
    }
  }

  #endThinking(items: Item[]): void {
    if (this.#thinking) items.push("</think>");
    this.#thinking = false;
  }

  #finish(items: Item[]): void {
    this.#over = true;
    this.#endThinking(items);
    try {
      items.push(this.#parts.finish(this.#parts.assembler.finish()));
    } catch (error) {
      this.#failure = this.#parts.errorOf(error);
    }
  }

  #leave(): void {
    this.#over = true;
    this.#response?.cancel();
  }
}

const NOTHING: AsyncIterator<readonly Uint8Array[], undefined> = {
  next: () => Promise.resolve({ done: true, value: undefined }),
};

/** Reads a body to its very end in the background, so that its connection can be used again. */
function drain(response: HttpResponse | undefined, bytes: AsyncIterator<readonly Uint8Array[], undefined>): void {
  const timer = setTimeout(() => response?.cancel(), DRAIN_MS);
  const stop = (): void => clearTimeout(timer);
  const rest = async (): Promise<void> => {
    for (let read = await bytes.next(); read.done !== true; read = await bytes.next());
  };
  rest().then(stop, stop);
}

/** The items one by one. */
function itemsOf(reader: Reader, signal: AbortSignal | undefined): AsyncIterator<Item, undefined> {
  let batch: readonly Item[] = [];
  let position = 0;
  return {
    async next() {
      while (position >= batch.length) {
        const read = await reader.next();
        if (read.done === true) return read;
        batch = read.value;
        position = 0;
      }
      if (signal?.aborted === true) {
        batch = [];
        await reader.return();
        throw new CancelledError(undefined, { cause: signal.reason });
      }
      const value = batch[position];
      position += 1;
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    async return() {
      batch = [];
      return reader.return().then(() => ({ done: true, value: undefined }));
    },
  };
}
