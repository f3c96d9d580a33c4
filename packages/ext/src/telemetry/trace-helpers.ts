import { context, SpanKind, trace, type Attributes, type Span, type Tracer } from "@opentelemetry/api";
import { AgentInstantiationContext } from "@tesserae/core";
import { agentAttributes } from "./agent-spans.ts";
import { failSpan } from "./span-writer.ts";
import { toolAttributes } from "./tool-span.ts";

/** Options of every span that is made by hand. */
export interface ManualSpanOptions {
  /** Default: the tracer `autogen-core` of the global provider. */
  readonly tracer?: Tracer | undefined;
  /** Default: the active span. */
  readonly parent?: Span | undefined;
}

/** Options of {@link traceToolSpan}. */
export interface ToolSpanOptions extends ManualSpanOptions {
  readonly toolDescription?: string | undefined;
  readonly toolCallId?: string | undefined;
}

/** Options of {@link traceCreateAgentSpan} and {@link traceInvokeAgentSpan}. */
export interface AgentSpanOptions extends ManualSpanOptions {
  readonly agentDescription?: string | undefined;
  readonly agentId?: string | undefined;
}

/**
 * For tools that are called outside of agents: calls the body in a span `execute_tool NAME`. The span ends with the body
 * or with the promise that it returns; what it throws is noted and thrown on. Calls by agents of ours have their span
 * from {@link subscribeTracing}.
 */
export function traceToolSpan<T>(toolName: string, options: ToolSpanOptions, body: (span: Span) => T): T {
  const { toolDescription: description, toolCallId: callId } = options;
  const attributes = toolAttributes({ name: toolName, description, callId });
  return inSpan(`execute_tool ${toolName}`, SpanKind.INTERNAL, attributes, options, body);
}

/** Like {@link traceToolSpan}, `create_agent NAME`. Default id: that of the agent whose factory is running. */
export function traceCreateAgentSpan<T>(agentName: string, options: AgentSpanOptions, body: (span: Span) => T): T {
  const id = options.agentId ?? AgentInstantiationContext.current()?.agentId.toString();
  const attributes = agentAttributes("create_agent", { name: agentName, description: options.agentDescription, id });
  return inSpan(`create_agent ${agentName}`, SpanKind.CLIENT, attributes, options, body);
}

/** Like {@link traceToolSpan}, `invoke_agent NAME`. */
export function traceInvokeAgentSpan<T>(agentName: string, options: AgentSpanOptions, body: (span: Span) => T): T {
  const { agentDescription: description, agentId: id } = options;
  const attributes = agentAttributes("invoke_agent", { name: agentName, description, id });
  return inSpan(`invoke_agent ${agentName}`, SpanKind.CLIENT, attributes, options, body);
}

function inSpan<T>(
  name: string,
  kind: SpanKind,
  attributes: Attributes,
  { tracer = trace.getTracer("autogen-core"), parent }: ManualSpanOptions,
  body: (span: Span) => T,
): T {
  const outer = parent === undefined ? context.active() : trace.setSpan(context.active(), parent);
  return tracer.startActiveSpan(name, { kind, attributes }, outer, (span) => {
    const failed = (error: unknown): void => {
      const known = error instanceof Error;
      failSpan(span, known ? error : { name: typeof error, message: String(error) });
      span.end();
    };
    let result: T;
    try {
      result = body(span);
    } catch (error) {
      failed(error);
      throw error;
    }
    if (result instanceof Promise) result.then(() => span.end(), failed);
    else span.end();
    return result;
  });
}
