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
  return {
    get result() {
      void items.start();
      return result.promise;
    },
    [Symbol.asyncIterator]: () => items,
    toReadableStream: () => toServerSentEvents(items, toJson),
    toResponse: (init = {}) =>
      new Response(toServerSentEvents(items, toJson), {
        ...init,
        headers: {
          "content-type": "text/event-stream; charset=utf-8",
          "cache-control": "no-store",
          ...Object.fromEntries(new Headers(init.headers)),
        },
      }),
  };
}

/** The result of a run, or its error. */
export function resultOrThrow(outcome: TaskResult | UnfinishedRun): TaskResult {
  if (outcome instanceof UnfinishedRun) throw outcome.error;
  return outcome;
}
