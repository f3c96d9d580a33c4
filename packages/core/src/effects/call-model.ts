import { listened } from "../diagnostics/channels.ts";
import type { ChatCompletionClient, CreateOptions } from "../models/chat-completion-client.ts";
import type { CreateResult, LLMMessage } from "../models/messages.ts";
import { chargeOf, checkUsage, type RunMeter } from "../run/meter.ts";
import type { RunContext } from "../run/run-context.ts";
import type { LeafIo } from "./effect-spec.ts";
import { leaf } from "./effect.ts";
import { modelLeaf, type ModelCallOptions } from "./model-leaf.ts";
import { modelCallThrough } from "./model-call-through.ts";
import { middlewareOf } from "./through-middleware.ts";

/**
 * Calls a model: one leaf of kind `model`, named by its purpose. Retries, caches and fallbacks of the client are inside
 * of it; middleware stands around it.
 *
 * @throws LimitError when the run may not use more.
 */
export function callModel(
  context: RunContext,
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: ModelCallOptions,
): Promise<CreateResult> {
  const middleware = middlewareOf(context, options.middleware);
  if (middleware === undefined) return makeModelCall(context, client, messages, options);
  return modelCallThrough(middleware, context, client, messages, options, false, makeModelCall);
}

function makeModelCall(
  context: RunContext,
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: ModelCallOptions,
): Promise<CreateResult> {
  if (isPlain(context)) {
    const create = (): Promise<CreateResult> => client.create(messages, plainOptions(context, options));
    return context.meter === undefined ? create() : metered(context.meter, client, messages, options, create);
  }
  return leaf(withSignal(context, options), modelLeaf(client, messages, options, context.meter, false), async (io) =>
    checkUsage(client, await client.create(messages, leafOptions(options, io))),
  );
}

/** True when nobody records or watches the model calls of this context. */
export function isPlain(context: RunContext): boolean {
  return context.session === undefined && listened("model") === undefined && listened("effect") === undefined;
}

/** The options for a client in plain mode: the caller's own object where nothing must be added. */
export function plainOptions(context: RunContext, options: CreateOptions): CreateOptions {
  return options.signal === undefined && context.signal !== undefined
    ? { ...options, signal: context.signal }
    : options;
}

/** The options for a client inside of a leaf. */
export function leafOptions(options: CreateOptions, io: LeafIo): CreateOptions {
  const { signal, context, idempotencyKey } = io;
  return { ...options, signal, context, idempotencyKey: idempotencyKey === "" ? undefined : idempotencyKey };
}

/** The context of a call with a signal of its own. */
export function withSignal(context: RunContext, { signal }: CreateOptions): RunContext {
  return signal === undefined ? context : context.withSignal(signal);
}

/** Counts a call that is no leaf toward the limits of its run. */
export async function metered(
  meter: RunMeter,
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: CreateOptions,
  call: () => Promise<CreateResult>,
): Promise<CreateResult> {
  const reservation = meter.reserveModelCall(client, messages, options);
  let result: CreateResult | undefined;
  try {
    result = checkUsage(client, await call());
    return result;
  } finally {
    meter.settle(reservation, result === undefined ? undefined : chargeOf(client, result));
  }
}
