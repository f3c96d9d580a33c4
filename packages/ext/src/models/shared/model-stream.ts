import { CancelledError, type CreateResult, type ModelStream, RuntimeError } from "@tesserae/core";
import type { AssembledResponse, Delta, StreamAssembler } from "@tesserae/wire/response";
import { DEFAULT_MAX_EVENT_BYTES, SseDecoder } from "@tesserae/wire/sse";
import { TransportError } from "../../transport/transport-error.ts";
import type { HttpResponse } from "../../transport/types.ts";
import { decodeUtf8 } from "../../transport/utf8.ts";

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
const BRACE = 0x7b;

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
  #begun = false;
  /** The bytes of an answer that is no stream. */
  #whole: Uint8Array[] | undefined;
  #wholeBytes = 0;
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
      if (done === true) this.#end(items);
      else for (const chunk of value) this.#chunk(chunk, items);
      if (this.#over && done !== true) drain(this.#response, bytes);
      if (items.length > 0) return { done: false, value: items };
      // What failed before anything came fails this call.
      if (this.#failure !== undefined) return await this.next();
    }
    return DONE;
  }

  async #open(): Promise<AsyncIterator<readonly Uint8Array[], undefined>> {
    const response = await this.#parts.open();
    this.#response = response;
    this.#bytes = response.batches();
    if (this.#over) response.cancel();
    return this.#bytes;
  }

  #chunk(chunk: Uint8Array, items: Item[]): void {
    // No event begins with a brace: a server that knows no streams answers as a whole, or with an error.
    if (!this.#begun && chunk[0] === BRACE) this.#whole = [];
    this.#begun = true;
    if (this.#whole !== undefined) {
      this.#whole.push(chunk);
      this.#wholeBytes += chunk.byteLength;
      if (this.#wholeBytes <= DEFAULT_MAX_EVENT_BYTES) return;
      const text = `An answer that is no stream is larger than ${DEFAULT_MAX_EVENT_BYTES} bytes.`;
      throw new TransportError("ERR_HTTP_TOO_LARGE", text, { retryable: false });
    }
    for (const event of this.#decoder.push(chunk)) {
      if (!this.#over) this.#event(event.data, items);
    }
  }

  #end(items: Item[]): void {
    const last = this.#whole === undefined ? this.#decoder.end()?.data : decodeUtf8(this.#whole);
    if (last !== undefined) this.#event(last, items);
    if (!this.#over) this.#finish(items);
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
    // Some servers keep the body open after the last event.
    if (this.#parts.assembler.ended && !this.#over) this.#finish(items);
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

/** Reads a body to its very end in the background, so that its connection can be used again. */
function drain(response: HttpResponse | undefined, bytes: AsyncIterator<readonly Uint8Array[], undefined>): void {
  const timer = setTimeout(() => response?.cancel(), DRAIN_MS);
  const stop = (): void => clearTimeout(timer);
  const rest = async (): Promise<void> => {
    for (let read = await bytes.next(); read.done !== true; read = await bytes.next());
  };
  rest().then(stop, stop);
}

/** The items one by one; one that is here already costs no more than a resolved promise. */
function itemsOf(reader: Reader, signal: AbortSignal | undefined): AsyncIterator<Item, undefined> {
  let batch: readonly Item[] = [];
  let position = 0;
  const take = (): IteratorResult<Item, undefined> | undefined => {
    const value = batch[position];
    position += 1;
    return value === undefined ? undefined : { done: false, value };
  };
  const fetch = async (): Promise<IteratorResult<Item, undefined>> => {
    for (;;) {
      const read = await reader.next();
      if (read.done === true) return read;
      batch = read.value;
      position = 0;
      const item = take();
      if (item !== undefined) return item;
    }
  };
  const leave = (): void => {
    batch = [];
    // It resolves at once: the connection is dropped, not waited for.
    void reader.return();
  };
  return {
    next() {
      if (signal?.aborted === true && position < batch.length) {
        leave();
        return Promise.reject(new CancelledError(undefined, { cause: signal.reason }));
      }
      const item = take();
      return item === undefined ? fetch() : Promise.resolve(item);
    },
    return() {
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
