import type { TracingChannel } from "node:diagnostics_channel";
import type { ChannelName, ChannelPayloads } from "@tesserae/wire/channels";

/** The names of the channels, without the prefix `tesserae:`. */
export type TraceChannel = ChannelName extends `tesserae:${infer Name}` ? Name : never;

/** The payload of a channel. */
export type PayloadOf<Name extends TraceChannel> = ChannelPayloads[`tesserae:${Name}`];

type Channel = TracingChannel<object, object>;

const NAMES = ["run", "agent", "message", "model", "tool", "effect"] as const satisfies readonly TraceChannel[];

let channels: { readonly [name in TraceChannel]: Channel } | null | undefined;

/** The tracing channels of Tesserae, made on first use; `undefined` where the platform has none. */
function all(): { readonly [name in TraceChannel]: Channel } | undefined {
  if (channels === undefined) {
    const module = globalThis.process?.getBuiltinModule?.("node:diagnostics_channel");
    const make = (name: TraceChannel): Channel | undefined =>
      module?.tracingChannel<object, object>(`tesserae:${name}`);
    const [run, agent, message, model, tool, effect] = NAMES.map(make);
    channels = run && agent && message && model && tool && effect ? { run, agent, message, model, tool, effect } : null;
  }
  return channels ?? undefined;
}

/** The channel, when somebody listens to it. */
export function listened(name: TraceChannel): Channel | undefined {
  const channel = all()?.[name];
  return channel !== undefined && hasSubscribers(channel) ? channel : undefined;
}

/** True when somebody listens to one of the channels. Allocates nothing: it is asked for every effect. */
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
function hasSubscribers({ start, end, asyncStart, asyncEnd, error }: Channel): boolean {
  return (
    start.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers
  );
}
