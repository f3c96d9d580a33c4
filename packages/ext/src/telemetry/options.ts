import type { MeterProvider, TracerProvider } from "@opentelemetry/api";

/** Options of {@link subscribeTracing}. */
export interface TracingOptions {
  /** Whose tracers make the spans. Default: the provider that is registered globally, also one registered later. */
  readonly tracerProvider?: TracerProvider | undefined;
  /**
   * Whose meters measure model calls: their duration, the time to the first piece, their tokens. Default: the provider
   * that is registered globally as the subscription begins; without one nothing is measured.
   */
  readonly meterProvider?: MeterProvider | undefined;
  /**
   * Whether what was said goes into the spans: messages, answers, arguments and results of tools. Default: false, for it
   * may be private, and it is large.
   */
  readonly captureContent?: boolean | undefined;
  /**
   * How the work on a message in a runtime belongs to the sending of it. `link` (the default, as in AutoGen): a trace of
   * its own, with a link to the span of the sending. `child`: a child of that span, in the same trace.
   */
  readonly parentMode?: "link" | "child" | undefined;
  /**
   * Whether the runtime's handling of messages gets spans. Default: true. Where the environment variable
   * `AUTOGEN_DISABLE_RUNTIME_TRACING` is `true` as the subscription begins, they are off in any case.
   */
  readonly runtimeSpans?: boolean | undefined;
}
