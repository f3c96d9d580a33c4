/** A team's run as OpenTelemetry spans: a tree of turns, model calls, tools and what the tools themselves trace. */
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { subscribeTracing } from "@tesserae/ext/telemetry";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

// What a program has that traces; one of yours has an exporter to Jaeger, Langfuse, Honeycomb or another.
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const weather = tool({
  name: "weather",
  description: "The present weather of a city.",
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) =>
    trace.getTracer("app").startActiveSpan("look up", (span) => {
      span.end();
      return `${city}: sunny`;
    }),
});
const scout = new AssistantAgent({
  name: "scout",
  modelClient: scriptedModel(asks(["weather", { city: "Lisbon" }]), "It is sunny."),
  tools: [weather],
  reflectOnToolUse: true,
});
const writer = new AssistantAgent({ name: "writer", modelClient: scriptedModel("Sun over the Tejo.") });
const team = new RoundRobinGroupChat({ name: "reporters", participants: [scout, writer], maxTurns: 2 });

//#region subscribe
const stop = subscribeTracing({ runtimeSpans: false });
//#endregion

await trace.getTracer("app").startActiveSpan("request", async (span) => {
  await team.run("Report on Lisbon.");
  span.end();
});
stop();
await team.close();

const spans = exporter.getFinishedSpans().toSorted((a, b) => compareTimes(a.startTime, b.startTime));
function compareTimes(a: ReadableSpan["startTime"], b: ReadableSpan["startTime"]): number {
  return a[0] - b[0] || a[1] - b[1];
}
function print(parent: string | undefined, indent: string): void {
  for (const span of spans) {
    if (span.parentSpanContext?.spanId !== parent) continue;
    console.log(indent + span.name);
    print(span.spanContext().spanId, `${indent}  `);
  }
}
print(undefined, "");
