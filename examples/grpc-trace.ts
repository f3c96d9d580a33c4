/** One trace through two workers: what the receiver does belongs to the span of the sender. */
import { AgentId, RoutedAgent, defineMessage, rpc, type HandlerDefinition } from "@tesserae/core";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost, type TraceContext } from "@tesserae/ext/runtimes/grpc";
import { subscribeTracing } from "@tesserae/ext/telemetry";
import { ROOT_CONTEXT, context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { z } from "zod";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
trace.setGlobalTracerProvider(provider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const unsubscribe = subscribeTracing({ tracerProvider: provider });

const Question = defineMessage("Question", z.object({ text: z.string() }));

class Oracle extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [rpc(Question, ({ id }: Oracle) => `${id}: 42`)];
}

//#region trace
const traceContext: TraceContext = {
  inject() {
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    return carrier;
  },
  run: (carrier, body) => context.with(propagation.extract(ROOT_CONTEXT, carrier), body),
};
//#endregion

const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();
const [here, there] = [
  new GrpcWorkerAgentRuntime({ hostAddress: host.address, traceContext }),
  new GrpcWorkerAgentRuntime({ hostAddress: host.address, traceContext }),
];
await here.start();
await there.start();
here.addMessageSerializer(Question.serializers);
await Oracle.register(there, "oracle", () => new Oracle("knows"));

await trace.getTracer("example").startActiveSpan("ask", async (span) => {
  console.log(await here.sendMessage<string>(Question({ text: "The answer?" }), new AgentId("oracle", "delphi")));
  span.end();
});
await here.close();
await there.close();
await host.stop();

const spans = exporter.getFinishedSpans();
const nameOf = (id: string | undefined): string => spans.find((span) => span.spanContext().spanId === id)?.name ?? "-";
for (const { name, parentSpanContext, links } of spans) {
  console.log(name, {
    parent: nameOf(parentSpanContext?.spanId),
    links: links.map((link) => nameOf(link.context.spanId)),
  });
}
unsubscribe();
