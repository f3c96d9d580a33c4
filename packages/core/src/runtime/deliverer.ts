import type { Interceptor, Outcome } from "../intervention/interceptor.ts";
import type { SubscriptionManager } from "../subscriptions/subscription-manager.ts";
import { DirectDelivery, type DeliveryParts } from "./direct-delivery.ts";
import type { DeliveryTrace } from "./delivery-trace.ts";
import type { Envelope } from "./envelope.ts";
import { MessageDroppedException } from "./exceptions.ts";
import { PublishDelivery } from "./publish-delivery.ts";

/** What a deliverer works with. */
export interface DelivererOptions extends DeliveryParts {
  readonly subscriptions: SubscriptionManager;
  readonly interceptor: Interceptor | undefined;
  /** Whether the errors of event handlers are only logged. */
  readonly ignoreErrors: boolean;
}

/**
 * Brings messages to handlers and answers to callers.
 *
 * Handlers are called from here synchronously, so that they start in the order of the queue; nothing waits for them.
 */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #interceptor: Interceptor | undefined;
  readonly #trace: DeliveryTrace;
  readonly #direct: DirectDelivery;
  readonly #publish: PublishDelivery;

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#interceptor = options.interceptor;
    this.#trace = options.trace;
    this.#direct = new DirectDelivery(options);
    this.#publish = new PublishDelivery(options, options);
  }

  /** Delivers one envelope. Never throws. */
  deliver(envelope: Envelope): void {
    if (this.#interceptor === undefined) this.#route(envelope);
    else this.#intercept(envelope, this.#interceptor);
  }

  #route(envelope: Envelope): void {
    const { trace } = envelope;
    if (trace !== undefined && envelope.kind !== "response") this.#trace.begun(envelope, trace);
    try {
      if (envelope.kind === "publish") this.#publish.deliver(envelope);
      else if (envelope.kind === "send") this.#direct.deliver(envelope);
      else this.#direct.answer(envelope);
    } catch (error) {
      if (envelope.kind === "publish") this.#publish.fail(envelope, error);
      else this.#direct.fail(envelope, error);
    }
  }

  #intercept(envelope: Envelope, interceptor: Interceptor): void {
    if (envelope.kind !== "publish" && envelope.resolve === undefined) {
      // Nobody waits any more, so there is nothing to look at.
      this.#route(envelope);
      return;
    }
    if (envelope.kind !== "publish") this.#options.calls.list(envelope);
    const proceed = (outcome: Outcome): void => {
      if (envelope.epoch === this.#options.loop.epoch) this.#proceed(envelope, outcome);
    };
    const { message, trace } = envelope;
    const around =
      trace === undefined
        ? undefined
        : (handler: object, look: () => unknown) => this.#trace.intercepted(envelope, trace, handler, look);
    const context = this.#options.handlers.outsideContext(envelope);
    if (envelope.kind === "publish") {
      interceptor.pass(message, { kind: "publish", context, around }, this.#recipientsOf(envelope.topicId), proceed);
    } else if (envelope.kind === "send") {
      const { recipient } = envelope;
      interceptor.pass(message, { kind: "send", context, recipient, around }, [recipient.toString()], proceed);
    } else {
      const { recipient, sender } = envelope;
      interceptor.pass(message, { kind: "response", sender: recipient, recipient: sender }, [], proceed);
    }
  }

  #proceed(envelope: Envelope, outcome: Outcome): void {
    if (outcome === "dropped") {
      if (envelope.kind === "publish") this.#publish.drop(envelope);
      else this.#direct.drop(envelope, new MessageDroppedException());
    } else if ("error" in outcome) {
      if (envelope.kind === "publish") this.#publish.giveUp(envelope, outcome.error);
      else this.#direct.fail(envelope, outcome.error);
    } else {
      envelope.message = outcome.message;
      this.#route(envelope);
    }
  }

  /** Whose order a slow intervention must keep; who really gets the message is looked up after it. */
  #recipientsOf(topicId: Parameters<SubscriptionManager["recipients"]>[0]): readonly string[] {
    try {
      return this.#options.subscriptions.recipients(topicId).map(String);
    } catch {
      return [];
    }
  }
}
