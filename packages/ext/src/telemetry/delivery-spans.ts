import { ROOT_CONTEXT, trace, type Context, type Link, type TracerProvider } from "@opentelemetry/api";
import type { DeliveryPayload } from "@tesserae/wire/channels";
import { deliverySpan } from "./delivery-span.ts";
import type { TracingOptions } from "./options.ts";
import { endSpan, startSpan } from "./span-writer.ts";
import type { Begun } from "./watch-channel.ts";

/** The spans of messages on their way through runtimes. */
export class DeliverySpans {
  readonly #provider: TracerProvider;
  readonly #mode: NonNullable<TracingOptions["parentMode"]>;
  readonly #captureContent: boolean;
  /** The contexts of stages, also of those that are over: what follows from a stage refers to it. */
  readonly #contexts = new WeakMap<DeliveryPayload, Context>();

  constructor(provider: TracerProvider, mode: NonNullable<TracingOptions["parentMode"]>, captureContent: boolean) {
    this.#provider = provider;
    this.#mode = mode;
    this.#captureContent = captureContent;
  }

  /** @param sender the context of whoever sends the message. */
  stage(payload: DeliveryPayload, sender: Context): Begun {
    const { name, kind, attributes } = deliverySpan(payload, this.#captureContent);
    const tracer = this.#provider.getTracer(`autogen ${payload.runtime}`);
    const place = payload.stage === "create" ? { parent: sender, links: [] } : this.#place(payload);
    const { span, context } = startSpan({ tracer, name, kind, attributes, ...place });
    this.#contexts.set(payload, context);
    return { context, end: () => endSpan(span, payload.error) };
  }

  /**
   * The work on a message goes on in the runtime, apart from whoever sent it: it is linked to the sending, or, where that
   * is asked for, a child of it.
   */
  #place({ origin, within }: DeliveryPayload): { readonly parent: Context; readonly links: readonly Link[] } {
    const around = within === null ? undefined : this.#contexts.get(within);
    const sending = origin === null ? undefined : this.#contexts.get(origin);
    if (this.#mode === "child") return { parent: around ?? sending ?? ROOT_CONTEXT, links: [] };
    const context = sending === undefined ? undefined : trace.getSpanContext(sending);
    return { parent: around ?? ROOT_CONTEXT, links: context === undefined ? [] : [{ context }] };
  }
}
