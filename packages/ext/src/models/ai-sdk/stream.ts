import { CancelledError, isObject, raceSignal, RuntimeError, throwIfAborted, type CreateResult } from "@tesserae/core";
import { Answer } from "./answer.ts";

/** What a stream is made of. */
export interface AnswerStream {
  readonly signal: AbortSignal | undefined;
  /** Whether reasoning is part of the text. */
  readonly reasoning: boolean;
  /** Called when the first text, reasoning or call is here. */
  readonly onStart: () => void;
  /** Asks the model; what it resolves with holds the stream of parts. */
  readonly open: () => Promise<unknown>;
  readonly finish: (answer: Answer) => CreateResult;
  readonly errorOf: (thrown: unknown) => Error;
  /** The error of an `error` part. */
  readonly errorOfPart: (error: unknown) => Error;
}

/** The parts of a model's stream as text, reasoning between `<think>` and `</think>`, then the result. */
export async function* streamAnswer(stream: AnswerStream): AsyncGenerator<string | CreateResult> {
  const { signal } = stream;
  let reader: ReadableStreamDefaultReader<unknown> | undefined;
  let isStarted = false;
  let isThinking = false;
  const answer = new Answer();
  try {
    throwIfAborted(signal);
    reader = readerOf(await stream.open());
    for (;;) {
      const { done, value } = await raceSignal(reader.read(), signal);
      if (done) break;
      if (isObject(value) && value["type"] === "error") throw stream.errorOfPart(value["error"]);
      const piece = answer.push(value);
      if (piece === undefined) continue;
      if (!isStarted) stream.onStart();
      isStarted = true;
      if (piece.type === "reasoning" && !stream.reasoning) continue;
      if (piece.type === "reasoning" && piece.text !== "") {
        yield isThinking ? piece.text : `<think>${piece.text}`;
        isThinking = true;
      } else if (piece.type !== "reasoning") {
        if (isThinking) yield "</think>";
        isThinking = false;
        if (piece.text !== "") yield piece.text;
      }
      if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
    }
    if (isThinking) yield "</think>";
    yield stream.finish(answer);
  } catch (error) {
    throw stream.errorOf(error);
  } finally {
    // Whoever leaves before the end wants no more of it; the error of a stream that broke was told above.
    reader?.cancel().catch(() => undefined);
  }
}

function readerOf(result: unknown): ReadableStreamDefaultReader<unknown> {
  const stream = isObject(result) ? result["stream"] : undefined;
  if (isReadable(stream)) return stream.getReader();
  throw new RuntimeError(
    "The model's doStream gave no stream: its package does not follow the AI SDK's specification.",
  );
}

/** By what it can do: a stream may be a polyfill's. */
function isReadable(stream: unknown): stream is ReadableStream<unknown> {
  return isObject(stream) && typeof stream["getReader"] === "function";
}
