import { metrics, trace } from "@opentelemetry/api";
import { ContextStore } from "./context-store.ts";
import { DeliverySpans } from "./delivery-spans.ts";
import { ModelMetrics } from "./model-metrics.ts";
import type { TracingOptions } from "./options.ts";
import { RunSpans } from "./run-spans.ts";
import { watchChannel } from "./watch-channel.ts";

/** The name of the tracer, and of the meter, of agents, model calls and tools. */
const SCOPE = "autogen-core";

/**
 * Makes OpenTelemetry spans of what runs, agents, models, tools and runtimes do, from the diagnostics channels: agents
 * need no change. The spans of a run are a tree, also over nested teams; a span that the user's own code makes in a tool
 * is a child of the tool's. Their names are AutoGen's and those of OpenTelemetry's conventions for generative AI.
 *
 * @returns what ends the subscription. Spans that are open then are never exported: end it after the work.
 */
export function subscribeTracing(options: TracingOptions = {}): () => void {
  const { captureContent = false, parentMode = "link", runtimeSpans = true } = options;
  const provider = options.tracerProvider ?? trace.getTracerProvider();
  const store = new ContextStore();
  const spans = new RunSpans(provider.getTracer(SCOPE), captureContent);
  const measured = new ModelMetrics((options.meterProvider ?? metrics.getMeterProvider()).getMeter(SCOPE));
  const stops = [
    watchChannel("tesserae:run", store, (payload, active) => spans.run(payload, active)),
    watchChannel("tesserae:agent", store, (payload, active) => spans.turn(payload, active)),
    watchChannel("tesserae:creation", store, (payload, active) => spans.creation(payload, active)),
    watchChannel("tesserae:model", store, (payload, active) => {
      const { context, end } = spans.modelCall(payload, active);
      return {
        context,
        end: () => {
          measured.measure(payload);
          end();
        },
      };
    }),
    watchChannel("tesserae:tool", store, (payload, active) => spans.toolCall(payload, active)),
  ];
  if (runtimeSpans && process.env["AUTOGEN_DISABLE_RUNTIME_TRACING"] !== "true") {
    const deliveries = new DeliverySpans(provider, parentMode, captureContent);
    stops.push(
      watchChannel("tesserae:delivery", store, (payload, active) =>
        deliveries.stage(payload, spans.scopes.parentOf(payload, active)),
      ),
    );
  }
  return () => {
    for (const stop of stops) stop();
  };
}
