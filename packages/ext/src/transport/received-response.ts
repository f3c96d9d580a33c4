import { requestIdOf, type HeaderSource } from "@tesserae/wire/errors";
import type { ResponseBody } from "./response-body.ts";
import type { HttpHeaders, HttpResponse } from "./types.ts";

/** A response whose headers are made when somebody asks for them. */
export class ReceivedResponse implements HttpResponse {
  readonly status: number;
  readonly #source: HeaderSource;
  readonly #makeHeaders: () => HttpHeaders;
  readonly #body: ResponseBody;
  #headers: HttpHeaders | undefined;

  constructor(status: number, source: HeaderSource, makeHeaders: () => HttpHeaders, body: ResponseBody) {
    this.status = status;
    this.#source = source;
    this.#makeHeaders = makeHeaders;
    this.#body = body;
  }

  get headers(): HttpHeaders {
    this.#headers ??= this.#makeHeaders();
    return this.#headers;
  }

  get requestId(): string | undefined {
    return requestIdOf(this.#source);
  }

  get chunks(): AsyncIterable<Uint8Array> {
    const body = this.#body;
    return { [Symbol.asyncIterator]: () => chunksOf(body.batches()) };
  }

  text(): Promise<string> {
    return this.#body.text();
  }

  batches(): AsyncIterableIterator<readonly Uint8Array[], undefined> {
    return this.#body.batches();
  }

  cancel(): void {
    this.#body.cancel();
  }
}

/** One chunk at a time from batches. */
function chunksOf(batches: AsyncIterator<readonly Uint8Array[], undefined>): AsyncIterator<Uint8Array, undefined> {
  let batch: readonly Uint8Array[] = [];
  let position = 0;
  return {
    async next() {
      while (position >= batch.length) {
        const result = await batches.next();
        if (result.done === true) return result;
        batch = result.value;
        position = 0;
      }
      const value = batch[position];
      position += 1;
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    async return() {
      batch = [];
      await batches.return?.();
      return { done: true, value: undefined };
    },
  };
}
