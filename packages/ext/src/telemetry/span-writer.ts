import {
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  type Tracer,
} from "@opentelemetry/api";
import type { ChannelError } from "@tesserae/wire/channels";
import { ATTRIBUTES } from "./attributes.ts";

/** A span that is about to begin. */
export interface SpanStart {
  readonly tracer: Tracer;
  readonly name: string;
  readonly kind: SpanKind;
  readonly parent: Context;
  readonly attributes: Attributes;
  readonly links?: readonly Link[];
}

/** Begins a span; gives it and the context in which it is the active one. */
export function startSpan({ tracer, name, kind, parent, attributes, links = [] }: SpanStart): OpenSpan {
  const span = tracer.startSpan(name, { kind, attributes, links: [...links] }, parent);
  return { span, context: trace.setSpan(parent, span) };
}

/** A span that has begun. */
export interface OpenSpan {
  readonly span: Span;
  readonly context: Context;
}

/** An error as a span tells it. */
export type SpanError = Pick<ChannelError, "name" | "message">;

/** Ends a span with what is known at the end; a failed one says why. */
export function endSpan(span: Span, error: SpanError | undefined, attributes: Attributes = {}): void {
  span.setAttributes(attributes);
  if (error !== undefined) failSpan(span, error);
  span.end();
}

/** Marks a span as failed. */
export function failSpan(span: Span, { name, message }: SpanError): void {
  span.recordException({ name, message });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.setAttribute(ATTRIBUTES.errorType, name);
}

/** The attributes that have a value. */
export function present(attributes: { readonly [name: string]: Attributes[string] | null }): Attributes {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as Attributes;
}
