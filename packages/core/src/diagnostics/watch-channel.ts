import { listenable, type PayloadOf, type TraceChannel } from "./channels.ts";

/** What is done with the payloads of a channel. */
export interface ChannelWatcher<Payload> {
  /** The work begins; what this gives is handed to `ended`, and nothing is when it gives `undefined`. */
  started?(payload: Payload): unknown;
  /** The work is over, well or not. */
  ended?(payload: Payload, begun: unknown): void;
}

/**
 * Looks at the payloads of a channel until the returned function is called; nothing where the platform has no channels.
 * What the watcher throws does not reach the work: it must not throw, for Node reports that as an uncaught exception.
 */
export function watchChannel<Name extends TraceChannel>(
  name: Name,
  watcher: ChannelWatcher<PayloadOf<Name>>,
): () => void {
  const channel = listenable(name);
  if (channel === undefined) return () => undefined;
  const begun = new WeakMap<object, unknown>();
  // What the channel of a name carries is what its payload type says.
  const start = (payload: unknown): void => {
    const started = payload as PayloadOf<Name>;
    begun.set(started, watcher.started?.(started));
  };
  const end = (payload: unknown): void => {
    const ended = payload as PayloadOf<Name>;
    if (begun.has(ended)) watcher.ended?.(ended, begun.get(ended));
  };
  channel.start.subscribe(start);
  channel.asyncEnd.subscribe(end);
  return () => {
    channel.start.unsubscribe(start);
    channel.asyncEnd.unsubscribe(end);
  };
}
