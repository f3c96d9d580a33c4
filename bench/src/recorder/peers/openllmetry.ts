/** OpenLLMetry (Traceloop): patches the SDK's classes, spans of OpenTelemetry, exported in batches. */
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { OpenAIInstrumentation } from "@traceloop/instrumentation-openai";
import OpenAI from "openai";
import type { Subject } from "../../lib/subject.ts";
import { client, sdkCases, type Case } from "../subject.ts";
import { CountingExporter } from "./counting-exporter.ts";

const exporter = new CountingExporter();
const processor = new BatchSpanProcessor(exporter);
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
const instrumentation = new OpenAIInstrumentation({ enrichTokens: true });
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(OpenAI);

/** As its documentation shows. */
export const subject: Subject<Case> = sdkCases(client());

/** How many spans were exported. */
export async function recorded(): Promise<number> {
  await processor.forceFlush();
  return exporter.count;
}
