import type { ChatCompletionClient } from "../models/chat-completion-client.ts";
import type { CreateResult, LLMMessage } from "../models/messages.ts";
import type { RunContext } from "../run/run-context.ts";
import { checkUsage } from "../run/meter.ts";
import { isPlain, leafOptions, metered, plainOptions, withSignal } from "./call-model.ts";
import { consumeModelStream } from "./consume-stream.ts";
import type { LeafSpec } from "./effect-spec.ts";
import { wholeItems } from "./effect-stream.ts";
import { leaf } from "./effect.ts";
import { modelLeaf, type ModelCallOptions } from "./model-leaf.ts";
import { modelCallThrough } from "./model-call-through.ts";
import { middlewareOf } from "./through-middleware.ts";

/** What is said about a piece of a streamed answer. */
export interface ChunkInfo {
  /** True on the first piece of an answer that is begun again: drop the partial text that was shown before. */
  readonly restarted?: boolean | undefined;
}

/** Takes the pieces of a streamed answer. A returned promise asks the stream to wait. */
export type OnChunk = (chunk: string, info: ChunkInfo) => void | Promise<void>;

const PLAIN: ChunkInfo = Object.freeze({});

/** Like `callModel`, with the text as it comes. A replay gives the same pieces. */
export function streamModel(
  context: RunContext,
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: ModelCallOptions,
  onChunk: OnChunk,
): Promise<CreateResult> {
  const middleware = middlewareOf(context, options.middleware);
  if (middleware === undefined) return makeStream(context, client, messages, options, onChunk);
  return modelCallThrough(middleware, context, client, messages, options, true, (inner, own, seen, given, attempt) =>
    makeStream(inner, own, seen, given, attempt === 0 ? onChunk : restarting(onChunk)),
  );
}

/** Says with the first piece that the answer is begun again. */
function restarting(onChunk: OnChunk): OnChunk {
  let restarted: true | undefined = true;
  return (chunk, info) => {
    const said = restarted === undefined ? info : { restarted };
    restarted = undefined;
    return onChunk(chunk, said);
  };
}

function makeStream(
  context: RunContext,
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: ModelCallOptions,
  onChunk: OnChunk,
): Promise<CreateResult> {
  if (isPlain(context)) {
    const stream = (): Promise<CreateResult> =>
      consumeModelStream(client.createStream(messages, plainOptions(context, options)), (chunk) =>
        onChunk(chunk, PLAIN),
      );
    return context.meter === undefined ? stream() : metered(context.meter, client, messages, options, stream);
  }
  const spec = streamedModelLeaf(context, client, messages, options, onChunk);
  return leaf(withSignal(context, options), spec, async (io) =>
    checkUsage(client, await consumeModelStream(client.createStream(messages, leafOptions(options, io)), io.emit)),
  );
}

/** The leaf of a streamed model call. */
export function streamedModelLeaf(
  context: RunContext,
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: ModelCallOptions,
  onChunk: OnChunk,
): LeafSpec<CreateResult> {
  return {
    ...modelLeaf(client, messages, options, context.meter, true),
    // A journal keeps where the text was cut.
    items: { deliver: (item, info) => onChunk(String(item), info), ...wholeItems(undefined) },
  };
}
