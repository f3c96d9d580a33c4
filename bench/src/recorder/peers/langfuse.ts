/** Langfuse 5: a wrapper around the client, spans of OpenTelemetry, exported in batches. */
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { observeOpenAI } from "@langfuse/openai";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import type { Subject } from "../../lib/subject.ts";
import { client, sdkCases, type Case } from "../subject.ts";
import { CountingExporter } from "./counting-exporter.ts";

const exporter = new CountingExporter();
const processor = new LangfuseSpanProcessor({ publicKey: "pk-bench", secretKey: "sk-bench", exporter });
new NodeTracerProvider({ spanProcessors: [processor] }).register();

/** As its documentation shows. */
export const subject: Subject<Case> = sdkCases(observeOpenAI(client()));

/** How many spans were exported. */
export async function recorded(): Promise<number> {
  await processor.forceFlush();
  return exporter.count;
}
