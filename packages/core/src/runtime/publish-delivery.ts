import type { AgentId } from "../identifiers/agent-id.ts";
import type { SubscriptionManager } from "../subscriptions/subscription-manager.ts";
import type { AgentCell } from "./agent-cell.ts";
import type { AgentStore } from "./agent-store.ts";
import type { DeliveryParts } from "./direct-delivery.ts";
import type { DeliveryTrace } from "./delivery-trace.ts";
import type { PublishEnvelope } from "./envelope.ts";
import type { HandlerCalls } from "./handler-calls.ts";
import { isPromiseLike } from "./is-promise-like.ts";
import type { MessageLoop } from "./message-loop.ts";
import type { RuntimeLog } from "./runtime-log.ts";

/** Brings published messages to all who subscribe, but never back to the sender. */
export class PublishDelivery {
  readonly #agents: AgentStore;
  readonly #handlers: HandlerCalls;
  readonly #loop: MessageLoop;
  readonly #log: RuntimeLog | undefined;
  readonly #trace: DeliveryTrace;
  readonly #subscriptions: SubscriptionManager;
  readonly #ignoreErrors: boolean;

  constructor(
    { agents, handlers, loop, log, trace }: DeliveryParts,
    options: { readonly subscriptions: SubscriptionManager; readonly ignoreErrors: boolean },
  ) {
    this.#agents = agents;
    this.#handlers = handlers;
    this.#loop = loop;
    this.#log = log;
    this.#trace = trace;
    this.#subscriptions = options.subscriptions;
    this.#ignoreErrors = options.ignoreErrors;
  }

  /** Starts the handlers of all recipients. Throws only what a subscription throws. */
  deliver(envelope: PublishEnvelope): void {
    const recipients = this.#subscriptions.recipients(envelope.topicId);
    const sender = envelope.sender?.toString();
    const cells: AgentCell[] = [];
    for (let index = 0; index < recipients.length; index += 1) {
      const id = recipients[index];
      if (id === undefined) continue;
      const text = id.toString();
      if (text === sender) continue;
      const cell = this.#agents.cell(text);
      if (cell === undefined) {
        this.#makeRest(envelope, recipients, index, cells);
        return;
      }
      cells.push(cell);
    }
    this.#handleAll(envelope, cells);
  }

  /** Ends a publish that cannot be delivered to anybody. */
  fail(envelope: PublishEnvelope, error: unknown): void {
    this.#log?.logger.error(`Error processing publish message for ${envelope.topicId}`, error);
    envelope.trace?.fail(error);
    envelope.failure = { error };
    this.#finish(envelope);
  }

  /** Drops a message. */
  drop(envelope: PublishEnvelope): void {
    this.#log?.dropped(envelope);
    this.#loop.finish(envelope);
  }

  /** Gives up on a message of which only the log learns. */
  giveUp(envelope: PublishEnvelope, error: unknown): void {
    this.#log?.logger.error(`An intervention handler failed for a message published to ${envelope.topicId}`, error);
    this.#loop.finish(envelope);
  }

  /** Makes the agents that do not exist, one after another; the others get the message when one cannot be made. */
  #makeRest(envelope: PublishEnvelope, recipients: readonly AgentId[], from: number, cells: AgentCell[]): void {
    const sender = envelope.sender?.toString();
    for (let index = from; index < recipients.length; index += 1) {
      const id = recipients[index];
      if (id === undefined || id.toString() === sender) continue;
      const failed = (error: unknown): void => {
        this.#log?.constructionFailed(id, error);
        this.#log?.logger.error(`Error processing publish message for ${id}`, error);
        envelope.trace?.fail(error);
        envelope.failure = { error };
      };
      try {
        const found = this.#agents.get(id);
        if (found instanceof Promise) {
          const made = found.then((cell) => void cells.push(cell), failed);
          void made.then(() => this.#makeRest(envelope, recipients, index + 1, cells));
          return;
        }
        cells.push(found);
      } catch (error) {
        failed(error);
      }
    }
    this.#handleAll(envelope, cells);
  }

  #handleAll(envelope: PublishEnvelope, cells: readonly AgentCell[]): void {
    // One more than there are, so that it is finished only after all were started.
    envelope.open = cells.length + 1;
    for (let index = 0; index < cells.length; index += 1) {
      const cell = cells[index];
      if (cell !== undefined) this.#handle(cell, envelope);
    }
    this.#handled(envelope);
  }

  #handle(cell: AgentCell, envelope: PublishEnvelope): void {
    if (cell.active >= cell.limit) {
      this.#handlers.whenFree(cell, () => this.#handleAgain(cell, envelope));
      return;
    }
    if (envelope.epoch !== this.#loop.epoch) return;
    this.#log?.delivered(envelope, cell.id);
    let result: unknown;
    try {
      result = this.#handlers.call(cell, envelope);
    } catch (error) {
      this.#handlerFailed(cell, envelope, error);
      return;
    }
    if (isPromiseLike(result)) {
      result.then(
        () => {
          this.#handlers.release(cell);
          this.#handled(envelope);
        },
        (error: unknown) => this.#handlerFailed(cell, envelope, error),
      );
    } else {
      this.#handlers.release(cell);
      this.#handled(envelope);
    }
  }

  /** The agent is free, or the runtime has let go of it: then whoever takes its place gets the message. */
  #handleAgain(cell: AgentCell, envelope: PublishEnvelope): void {
    if (cell.live) {
      this.#handle(cell, envelope);
      return;
    }
    if (!this.#agents.hasType(cell.id.type)) {
      this.#handled(envelope);
      return;
    }
    const failed = (error: unknown): void => {
      this.#log?.constructionFailed(cell.id, error);
      envelope.trace?.fail(error);
      envelope.failure = { error };
      this.#handled(envelope);
    };
    try {
      const found = this.#agents.get(cell.id);
      if (found instanceof Promise) found.then((made) => this.#handle(made, envelope), failed);
      else this.#handle(found, envelope);
    } catch (error) {
      failed(error);
    }
  }

  #handlerFailed(cell: AgentCell, envelope: PublishEnvelope, error: unknown): void {
    this.#handlers.release(cell);
    this.#log?.logger.error(`Error processing publish message for ${cell.id}`, error);
    this.#log?.handlerFailed(envelope.message, cell.id, error);
    envelope.failure = { error };
    this.#handled(envelope);
  }

  #handled(envelope: PublishEnvelope): void {
    envelope.open -= 1;
    if (envelope.open === 0) this.#finish(envelope);
  }

  #finish(envelope: PublishEnvelope): void {
    const { failure } = envelope;
    if (envelope.trace !== undefined) this.#trace.finished(envelope);
    if (failure !== undefined && !this.#ignoreErrors && envelope.epoch === this.#loop.epoch) {
      this.#loop.fail(failure.error);
    }
    this.#loop.finish(envelope);
  }
}
