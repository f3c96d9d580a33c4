import type { TracingChannel } from "node:diagnostics_channel";
import type { ChannelName, ChannelPayloads } from "@tesserae/wire/channels";

/** The names of the channels, without the prefix `tesserae:`. */
export type TraceChannel = ChannelName extends `tesserae:${infer Name}` ? Name : never;

/** The payload of a channel. */
export type PayloadOf<Name extends TraceChannel> = ChannelPayloads[`tesserae:${Name}`];

/** A channel as its publisher sees it. */
export type TracedChannel = TracingChannel<object, object>;

type Channels = { readonly [name in TraceChannel]: TracedChannel };

let channels: Channels | null | undefined;

/** The tracing channels of Tesserae, made on first use; `undefined` where the platform has none. */
function all(): Channels | undefined {
  if (channels === undefined) {
    const make = globalThis.process?.getBuiltinModule?.("node:diagnostics_channel")?.tracingChannel;
    channels = make === undefined ? null : makeAll((name) => make<object, object>(`tesserae:${name}`));
  }
  return channels ?? undefined;
}

function makeAll(make: (name: TraceChannel) => TracedChannel): Channels {
  return {
    run: make("run"),
    agent: make("agent"),
    message: make("message"),
    model: make("model"),
    tool: make("tool"),
    effect: make("effect"),
    delivery: make("delivery"),
    creation: make("creation"),
  };
}

/** The channel, to listen to it; `undefined` where the platform has none. */
export function listenable(name: TraceChannel): TracedChannel | undefined {
  return all()?.[name];
}

/** The channel, when somebody listens to it. */
export function listened(name: TraceChannel): TracedChannel | undefined {
  const channel = all()?.[name];
  return channel !== undefined && hasSubscribers(channel) ? channel : undefined;
}

/**
 * True when somebody listens to what runs do. Allocates nothing: it is asked for every effect. Who listens only to the
 * messages of runtimes, or to agents that are made, needs no session.
 */
export function observed(): boolean {
  const made = all();
  return (
    made !== undefined &&
    (hasSubscribers(made.effect) ||
      hasSubscribers(made.model) ||
      hasSubscribers(made.tool) ||
      hasSubscribers(made.run) ||
      hasSubscribers(made.agent) ||
      hasSubscribers(made.message))
  );
}

/** `TracingChannel.hasSubscribers` itself is not in every runtime. */
function hasSubscribers({ start, end, asyncStart, asyncEnd, error }: TracedChannel): boolean {
  return (
    start.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers
  );
}
