export type { TracingOptions } from "./options.ts";
export { subscribeTracing } from "./subscribe-tracing.ts";
export {
  traceCreateAgentSpan,
  traceInvokeAgentSpan,
  traceToolSpan,
  type AgentSpanOptions,
  type ManualSpanOptions,
  type ToolSpanOptions,
} from "./trace-helpers.ts";
