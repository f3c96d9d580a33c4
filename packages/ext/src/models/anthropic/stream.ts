import { type CreateOptions, type CreateResult, type ModelStream, RuntimeError } from "@tesserae/core";
import type { AssembledResponse } from "@tesserae/wire/response";
import { createAnthropicAssembler } from "@tesserae/wire/anthropic";
import { modelStream } from "../shared/model-stream.ts";
import { continuedBody, isPaused, joinResponses } from "./continuation.ts";
import type { MessagesEndpoint, MessagesRequest } from "./messages-endpoint.ts";
import { anthropicResult, checkWhole } from "./result.ts";

/** What a stream of an answer is made of. */
export interface StreamedCall {
  readonly endpoint: MessagesEndpoint;
  readonly options: CreateOptions;
  /** Whether thinking is part of the text. */
  readonly reasoning: boolean;
  /** Called when the first piece of the answer is here. */
  readonly onStart: ((request: MessagesRequest) => void) | undefined;
  /** Writes the request; called when the stream is first read. */
  readonly encode: () => MessagesRequest;
  /** Makes the result of the whole answer. */
  readonly finish: (answer: AssembledResponse) => CreateResult;
}

type Batch = readonly (string | CreateResult)[];

/** The stream of an answer; one that is paused is gone on with, as often as the client may. */
export function streamMessages(call: StreamedCall): ModelStream {
  if (call.endpoint.maxContinuations === 0) return onePart(call, call.encode, call.finish);
  let taken = false;
  const batches = (): AsyncGenerator<Batch> => {
    if (taken) throw new RuntimeError("A model's stream can be read once. Call createStream again to ask again.");
    taken = true;
    return partsOf(call);
  };
  return { batches, [Symbol.asyncIterator]: () => itemsOf(batches()) };
}

function onePart(
  { endpoint, options, reasoning, onStart }: StreamedCall,
  encode: () => MessagesRequest,
  finish: (answer: AssembledResponse) => CreateResult,
): ModelStream {
  let request: MessagesRequest | undefined;
  return modelStream({
    signal: options.signal,
    open: async () => {
      request = encode();
      return endpoint.open(request, options);
    },
    ...(onStart === undefined ? {} : { onStart: () => request && onStart(request) }),
    assembler: createAnthropicAssembler(),
    reasoning,
    finish: (answer) => finish(checkWhole(answer, endpoint.context)),
    errorOf: (thrown) => endpoint.errorOf(thrown),
  });
}

async function* partsOf(call: StreamedCall): AsyncGenerator<Batch> {
  const parts: AssembledResponse[] = [];
  let request = call.encode();
  for (;;) {
    let paused: AssembledResponse | undefined;
    const finish = (answer: AssembledResponse): CreateResult => {
      if (isPaused(answer) && parts.length < call.endpoint.maxContinuations) {
        paused = answer;
        return anthropicResult("", answer);
      }
      return call.finish(joinResponses(parts, answer));
    };
    const stream = onePart(call, () => request, finish);
    for await (const batch of { [Symbol.asyncIterator]: () => stream.batches?.() ?? nothing() }) {
      const isLast = typeof batch.at(-1) !== "string";
      const shown = isLast && paused !== undefined ? batch.slice(0, -1) : batch;
      if (shown.length > 0) yield shown;
    }
    if (paused === undefined) return;
    parts.push(paused);
    request = { ...request, body: continuedBody(request.body, paused) };
  }
}

async function* itemsOf(batches: AsyncGenerator<Batch>): AsyncGenerator<string | CreateResult> {
  for await (const batch of batches) yield* batch;
}

async function* nothing(): AsyncGenerator<Batch> {}
