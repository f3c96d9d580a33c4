import { checkMethod } from "@tesserae/core";
import type { RunStream } from "../base/run-stream.ts";
import type { TaskResult } from "../base/task.ts";
import type { StreamItem } from "../messages/types.ts";
import { deferred } from "../deferred.ts";
import { PushedItems } from "./pushed-items.ts";
import { toServerSentEvents } from "./server-sent-events.ts";

/** A run that has ended without finishing: the partial result and the error that ended it. */
export class UnfinishedRun {
  readonly result: TaskResult;
  readonly error: unknown;

  constructor(result: TaskResult, error: unknown) {
    this.result = result;
    this.error = error;
  }
}

/** Performs a run and pushes its items; gives the result, or an {@link UnfinishedRun}. */
export type PerformRun = (signal: AbortSignal, emit: (item: StreamItem) => void) => Promise<TaskResult | UnfinishedRun>;

/** Makes the {@link RunStream} of a run. `toJson` writes one item for {@link RunStream.toReadableStream}. */
export function createRunStream(
  signal: AbortSignal | undefined,
  perform: PerformRun,
  toJson: (item: StreamItem | TaskResult) => string,
): RunStream {
  checkMethod("signal", signal, "addEventListener", "an AbortSignal");
  const result = deferred<TaskResult>();
  result.promise.catch(() => undefined);
  const items = new PushedItems<StreamItem | TaskResult>(signal, async (inner, emit) => {
    try {
      const outcome = await perform(inner, emit);
      if (outcome instanceof UnfinishedRun) {
        emit(outcome.result);
        throw outcome.error;
      }
      emit(outcome);
      result.resolve(outcome);
    } catch (error) {
      result.reject(error);
      throw error;
    }
  });
  return new PushedRunStream(items, result.promise, toJson);
}

/** A class for the sake of its getter: an object with a getter of its own is dear to make and long kept. */
class PushedRunStream implements RunStream {
  readonly #items: PushedItems<StreamItem | TaskResult>;
  readonly #result: Promise<TaskResult>;
  readonly #toJson: (item: StreamItem | TaskResult) => string;

  constructor(
    items: PushedItems<StreamItem | TaskResult>,
    result: Promise<TaskResult>,
    toJson: (item: StreamItem | TaskResult) => string,
  ) {
    this.#items = items;
    this.#result = result;
    this.#toJson = toJson;
  }

  get result(): Promise<TaskResult> {
    void this.#items.start();
    return this.#result;
  }

  [Symbol.asyncIterator](): AsyncIterator<StreamItem | TaskResult, void, undefined> {
    return this.#items[Symbol.asyncIterator]();
  }

  toReadableStream(): ReadableStream<Uint8Array> {
    return toServerSentEvents(this[Symbol.asyncIterator](), this.#toJson);
  }

  toResponse(init: ResponseInit = {}): Response {
    return new Response(this.toReadableStream(), {
      ...init,
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        ...Object.fromEntries(new Headers(init.headers)),
      },
    });
  }
}

/** The result of a run, or its error. */
export function resultOrThrow(outcome: TaskResult | UnfinishedRun): TaskResult {
  if (outcome instanceof UnfinishedRun) throw outcome.error;
  return outcome;
}
