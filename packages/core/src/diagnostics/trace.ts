import type { ChannelError, ChannelOutcome, ChannelPlace } from "@tesserae/wire/channels";
import { isPromiseLike } from "../runtime/is-promise-like.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import type { RunContext } from "../run/run-context.ts";
import { listened, type PayloadOf, type TraceChannel, type TracedChannel } from "./channels.ts";
import type { Draft } from "./leaf-channel.ts";

/**
 * Runs a body between the events of a tracing channel, in their usual order: `start`, `end`, then `error` when it
 * failed, `asyncStart`, `asyncEnd`. Stores that a subscriber bound to `start` are set while the body runs.
 *
 * A subscriber that throws does not reach the body: the platform reports it as an uncaught exception of its own.
 * @param finish adds to the payload what is known after success, before `asyncEnd` is published.
 */
export function trace<P extends Draft<ChannelPlace & ChannelOutcome>, T>(
  name: TraceChannel,
  makePayload: () => P,
  body: () => Promise<T>,
  finish?: (payload: P, value: T) => void,
): Promise<T> {
  const channel = listened(name);
  if (channel === undefined) return body();
  const payload = makePayload();
  const { ended, failed } = outcomes(channel, payload);
  return channel.start.runStores(payload, () => {
    const promise = startBody(body);
    channel.end.publish(payload);
    return promise.then((value) => {
      finish?.(payload, value);
      return ended(value);
    }, failed);
  });
}

/** {@link trace} for a body that may be over when it returns: without a promise the end is told at once. */
export function traceCall<T>(name: TraceChannel, payload: Draft<ChannelPlace & ChannelOutcome>, body: () => T): T {
  const channel = listened(name);
  if (channel === undefined) return body();
  const { ended, failed } = outcomes(channel, payload);
  return channel.start.runStores(payload, () => {
    let result: T;
    try {
      result = body();
    } catch (error) {
      return failed(error);
    }
    // What `then` gives with these two is what was awaited, as a promise again.
    return isPromiseLike(result) ? (result.then(ended, failed) as T) : ended(result);
  });
}

/** Publishes something that is over as soon as it is told, such as a message. */
export function publishMoment<Name extends TraceChannel>(name: Name, makePayload: () => PayloadOf<Name>): void {
  if (listened(name) === undefined) return;
  const payload = makePayload();
  publishStart(name, payload);
  publishEnd(name, payload);
}

/** Publishes the start of something that {@link publishEnd} ends. */
export function publishStart<Name extends TraceChannel>(name: Name, payload: PayloadOf<Name>): void {
  listened(name)?.start.publish(payload);
}

/** Publishes the end of something; its outcome is in the payload. */
export function publishEnd<Name extends TraceChannel>(name: Name, payload: PayloadOf<Name>): void {
  const channel = listened(name);
  if (channel === undefined) return;
  channel.end.publish(payload);
  publishOutcome(channel, payload);
}

/** Where the code of a context stands, for a payload. */
export function placeOf(context: RunContext, agent?: string): ChannelPlace {
  return {
    runId: context.runId === "" ? null : context.runId,
    path: context.path === "" ? "/" : context.path,
    agentPath: context.scope?.names ?? [],
    agent: agent ?? context.scope?.agent ?? null,
    turn: context.session?.turn ?? null,
    startedAt: Date.now(),
  };
}

/** An error as data. */
export function channelError(error: unknown): ChannelError {
  if (!(error instanceof Error)) return { name: "Error", code: null, message: String(error) };
  return { name: error.name, code: isTesseraeError(error) ? error.code : null, message: error.message };
}

/** What is done with the outcome of something that begins now: it is told, and passed on. */
function outcomes(
  channel: TracedChannel,
  payload: Draft<ChannelOutcome>,
): { readonly ended: <T>(value: T) => T; readonly failed: (error: unknown) => never } {
  const began = performance.now();
  const ended = <T>(value: T): T => {
    payload.durationMs = performance.now() - began;
    publishOutcome(channel, payload);
    return value;
  };
  const failed = (error: unknown): never => {
    payload.error = channelError(error);
    ended(undefined);
    throw error;
  };
  return { ended, failed };
}

function publishOutcome(channel: TracedChannel, payload: ChannelOutcome): void {
  if (payload.error !== undefined) channel.error.publish(payload);
  channel.asyncStart.publish(payload);
  channel.asyncEnd.publish(payload);
}

async function startBody<T>(body: () => Promise<T>): Promise<T> {
  return body();
}
