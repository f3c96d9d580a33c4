/** OpenInference (Arize): patches the SDK's classes, spans of OpenTelemetry, exported in batches. */
import { OpenAIInstrumentation } from "@arizeai/openinference-instrumentation-openai";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import type { Subject } from "../../lib/subject.ts";
import { client, sdkCases, type Case } from "../subject.ts";
import { CountingExporter } from "./counting-exporter.ts";

const exporter = new CountingExporter();
const processor = new BatchSpanProcessor(exporter);
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
const instrumentation = new OpenAIInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(OpenAI);

/** As its documentation shows. */
export const subject: Subject<Case> = sdkCases(client());

/** How many spans were exported. */
export async function recorded(): Promise<number> {
  await processor.forceFlush();
  return exporter.count;
}
