/** The W3C trace context of a message: `traceparent` and `tracestate`. */
export type TraceCarrier = Readonly<Record<string, string>>;

/** How the trace of a sender goes on at the receiver; with OpenTelemetry both are a line. */
export interface TraceContext {
  /** What of the present trace goes with a message; nothing when there is none. */
  readonly inject: () => TraceCarrier;
  /** Calls `body` in the trace that came with a message, and returns what it returns. */
  readonly run: <T>(carrier: TraceCarrier, body: () => T) => T;
}

const KEYS = ["traceparent", "tracestate"] as const;

/** The entries to write into metadata or attributes. */
export function traceEntries(trace: TraceContext | undefined): [string, string][] {
  const carrier = trace?.inject() ?? {};
  return KEYS.flatMap((key) => (carrier[key] === undefined ? [] : [[key, carrier[key]] satisfies [string, string]]));
}

/** Calls `body` in the trace that came along, when there is one. */
export function inTrace<T>(
  trace: TraceContext | undefined,
  read: (key: string) => string | undefined,
  body: () => T,
): T {
  if (trace === undefined || read("traceparent") === undefined) return body();
  const entries = KEYS.flatMap((key) => {
    const value = read(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return trace.run(Object.fromEntries(entries), body);
}
