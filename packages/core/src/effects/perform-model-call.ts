import type { ModelAttempt } from "@tesserae/wire/channels";
import { listened } from "../diagnostics/channels.ts";
import type { ChatCompletionClient, CreateOptions, ModelStream } from "../models/chat-completion-client.ts";
import type { CreateResult, LLMMessage } from "../models/messages.ts";
import { plainContext } from "../run/context.ts";
import { currentRun } from "../run/current-run.ts";
import type { RunContext } from "../run/run-context.ts";
import { callModel, isPlain } from "./call-model.ts";
import { ItemQueue } from "./item-queue.ts";
import { streamModel } from "./stream-model.ts";

/** The name in the address of a call that a client opened itself. */
const PURPOSE = "call";

/**
 * For authors of model clients: `create` performs its call through this. Called by an agent of ours, or by anything
 * inside of an open model call, it is `perform(options)`; called directly in a journaled or observed run (by a user's
 * agent or tool), it opens the leaf itself.
 */
export function performModelCall(
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: CreateOptions,
  perform: (options: CreateOptions) => Promise<CreateResult>,
): Promise<CreateResult> {
  const context = ownLeaf(options);
  if (context === undefined) return perform(options);
  const inner = withMethods(client, { create: (_messages, inside = {}) => perform(inside) });
  return callModel(context, inner, messages, { ...options, purpose: PURPOSE });
}

/** {@link performModelCall} for `createStream`. */
export function performModelStream(
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: CreateOptions,
  perform: (options: CreateOptions) => ModelStream,
): ModelStream {
  const context = ownLeaf(options);
  if (context === undefined) return perform(options);
  return { [Symbol.asyncIterator]: () => open(), batches: () => batches(open()) };

  function open(): ItemQueue<string | CreateResult> {
    const leaving = new AbortController();
    const signals = [options.signal, context?.signal, leaving.signal].filter((signal) => signal !== undefined);
    const queue = new ItemQueue<string | CreateResult>(() => leaving.abort());
    const inner = withMethods(client, { createStream: (_messages, inside = {}) => perform(inside) });
    const call = { ...options, signal: AbortSignal.any(signals), purpose: PURPOSE };
    streamModel(context ?? plainContext(), inner, messages, call, (chunk) => queue.push(chunk)).then(
      (result) => {
        queue.push(result);
        queue.end();
      },
      (error: unknown) => queue.fail(error),
    );
    return queue;
  }
}

/** For authors of model clients: the requests that a call made, for its record. One branch outside of a leaf. */
export function reportAttempts(options: CreateOptions, attempts: readonly ModelAttempt[]): void {
  const open = options.context?.leaf ?? currentRun()?.leaf;
  if (open?.kind === "model") open.attempts = attempts;
}

/** The context to open a leaf with; `undefined` when one is open, or nobody would look. */
function ownLeaf(options: CreateOptions): RunContext | undefined {
  const context = options.context ?? currentRun();
  if (context === undefined) {
    return listened("model") === undefined && listened("effect") === undefined ? undefined : plainContext();
  }
  return context.leaf?.kind === "model" || isPlain(context) ? undefined : context;
}

/** The same client with its call replaced: what is left is asked for its price, its name and its estimates. */
function withMethods(
  client: ChatCompletionClient,
  methods: Partial<Pick<ChatCompletionClient, "create" | "createStream">>,
): ChatCompletionClient {
  return new Proxy(client, {
    get: (target, key) => {
      const own = key === "create" ? methods.create : key === "createStream" ? methods.createStream : undefined;
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function* batches<T>(queue: ItemQueue<T>): AsyncGenerator<readonly T[]> {
  try {
    for (let batch = await queue.batch(); batch.length > 0; batch = await queue.batch()) yield batch;
  } finally {
    await queue.return();
  }
}
