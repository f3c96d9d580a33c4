import { context, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** OpenTelemetry's SDK with an exporter that keeps the spans. */
export class SpanRecorder {
  readonly provider: BasicTracerProvider;
  readonly #exporter = new InMemorySpanExporter();
  /** The ids of all spans that began, in order: the times of spans are in whole milliseconds. */
  readonly #begun: string[] = [];
  readonly #keep: (span: ReadableSpan) => boolean;

  /** @param keep the spans that are of interest. Default: all. */
  constructor(keep: (span: ReadableSpan) => boolean = () => true) {
    this.#keep = keep;
    const order: SpanProcessor = {
      onStart: (span) => void this.#begun.push(span.spanContext().spanId),
      onEnd: () => undefined,
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    this.provider = new BasicTracerProvider({ spanProcessors: [order, new SimpleSpanProcessor(this.#exporter)] });
  }

  /** The spans that have ended, in the order of their ends. */
  get spans(): readonly ReadableSpan[] {
    return this.#exporter.getFinishedSpans().filter(this.#keep);
  }

  /** The names of the spans, in the order of their ends. */
  get names(): readonly string[] {
    return this.spans.map(({ name }) => name);
  }

  /** The first span of a name. @throws Error when there is none. */
  span(name: string): ReadableSpan {
    const found = this.spans.find((span) => span.name === name);
    if (found === undefined) throw new Error(`There is no span "${name}", but ${JSON.stringify(this.names)}.`);
    return found;
  }

  /** All spans of a name. */
  all(name: string): readonly ReadableSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** The spans as a tree, two blanks a level, in the order in which they began; those that `keep` refuses are left out. */
  tree(keep: (span: ReadableSpan) => boolean = () => true): readonly string[] {
    const place = (span: ReadableSpan): number => this.#begun.indexOf(span.spanContext().spanId);
    const kept = this.spans.filter(keep).toSorted((a, b) => place(a) - place(b));
    const below = (parent: ReadableSpan | undefined, depth: number): readonly string[] =>
      kept
        .filter((span) =>
          parent === undefined
            ? !kept.some((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)
            : span.parentSpanContext?.spanId === parent.spanContext().spanId,
        )
        .flatMap((span) => ["  ".repeat(depth) + span.name, ...below(span, depth + 1)]);
    return below(undefined, 0);
  }

  close(): Promise<void> {
    return this.provider.shutdown();
  }
}

/** The names of a span's links. */
export function linkedNames(span: ReadableSpan, spans: readonly ReadableSpan[]): readonly (string | undefined)[] {
  return span.links.map((link) => spans.find((each) => each.spanContext().spanId === link.context.spanId)?.name);
}

/** The name of a span's parent, `undefined` for a root. */
export function parentName(span: ReadableSpan, spans: readonly ReadableSpan[]): string | undefined {
  return spans.find((each) => each.spanContext().spanId === span.parentSpanContext?.spanId)?.name;
}

/** The kind of a span in words. */
export function kindOf(span: ReadableSpan): string {
  return SpanKind[span.kind];
}

/** The status of a span in words. */
export function statusOf(span: ReadableSpan): string {
  return SpanStatusCode[span.status.code];
}

/** Registers the context manager that programs on Node use; gives what takes it away. */
export function useContextManager(): () => void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return () => context.disable();
}
