import { tracingChannel, type TracingChannel } from "node:diagnostics_channel";
import { diag, type Context } from "@opentelemetry/api";
import type { ChannelName, ChannelPayloads } from "@tesserae/wire/channels";
import type { ContextStore } from "./context-store.ts";

/** What was begun for a payload. */
export interface Begun {
  /** The context of what happens inside of it. */
  readonly context: Context;
  /** Called once, when the payload says how it ended. */
  end(): void;
}

/**
 * Begins something for each payload of a channel, makes its context the active one while the work goes on, and ends it
 * with the work; gives what ends that. What goes wrong here is told to OpenTelemetry's `diag` and never reaches the work.
 */
export function watchChannel<Name extends ChannelName>(
  name: Name,
  store: ContextStore,
  begin: (payload: ChannelPayloads[Name], active: Context) => Begun,
): () => void {
  const channel: TracingChannel<unknown, ChannelPayloads[Name]> = tracingChannel(name);
  const known = new WeakMap<object, Begun>();
  const begun = (payload: ChannelPayloads[Name]): Begun | undefined => {
    const made = known.get(payload) ?? guarded(name, () => begin(payload, store.active));
    if (made !== undefined) known.set(payload, made);
    return made;
  };
  const enter = (payload: ChannelPayloads[Name]): Context => begun(payload)?.context ?? store.active;
  const started = (payload: unknown): void => {
    if (isPayload<Name>(payload)) begun(payload);
  };
  const ended = (payload: unknown): void => {
    if (isPayload<Name>(payload)) guarded(name, () => known.get(payload)?.end());
  };
  // Work that has an inside enters it; what is told without one starts by the event alone.
  channel.start.bindStore(store, enter);
  channel.start.subscribe(started);
  channel.asyncEnd.subscribe(ended);
  return () => {
    channel.start.unbindStore(store);
    channel.start.unsubscribe(started);
    channel.asyncEnd.unsubscribe(ended);
  };
}

function guarded<T>(name: string, body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    diag.error(`tesserae: no span for an event of ${name}`, error);
    return undefined;
  }
}

/** The channels carry what `@tesserae/wire/channels` says; anything else is passed over. */
function isPayload<Name extends ChannelName>(value: unknown): value is ChannelPayloads[Name] {
  return typeof value === "object" && value !== null && "startedAt" in value && "agentPath" in value;
}
