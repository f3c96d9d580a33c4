import type { AgentCell } from "./agent-cell.ts";
import type { AgentStore } from "./agent-store.ts";
import type { SendEnvelope } from "./envelope.ts";
import type { DeliveryTrace } from "./delivery-trace.ts";
import { UndeliverableException } from "./exceptions.ts";
import type { HandlerCalls } from "./handler-calls.ts";
import { isPromiseLike } from "./is-promise-like.ts";
import type { MessageLoop } from "./message-loop.ts";
import type { PendingCalls } from "./pending-calls.ts";
import type { RuntimeLog } from "./runtime-log.ts";

/** What deliveries work with. */
export interface DeliveryParts {
  readonly agents: AgentStore;
  readonly handlers: HandlerCalls;
  readonly calls: PendingCalls;
  readonly loop: MessageLoop;
  readonly log: RuntimeLog | undefined;
  readonly trace: DeliveryTrace;
}

/** Brings direct messages to their recipient and the answers to the callers. */
export class DirectDelivery {
  readonly #agents: AgentStore;
  readonly #handlers: HandlerCalls;
  readonly #calls: PendingCalls;
  readonly #loop: MessageLoop;
  readonly #log: RuntimeLog | undefined;
  readonly #trace: DeliveryTrace;

  constructor({ agents, handlers, calls, loop, log, trace }: DeliveryParts) {
    this.#trace = trace;
    this.#agents = agents;
    this.#handlers = handlers;
    this.#calls = calls;
    this.#loop = loop;
    this.#log = log;
  }

  /** Starts the handler of a message. */
  deliver(envelope: SendEnvelope): void {
    const { cell } = envelope;
    if (cell?.live === true) this.#send(cell, envelope);
    else this.#findAndSend(envelope);
  }

  /** Gives the caller its answer. */
  answer(envelope: SendEnvelope): void {
    this.#log?.delivered(envelope, undefined);
    if (envelope.trace !== undefined) this.#trace.acknowledged(envelope, envelope.trace);
    this.#calls.resolve(envelope, envelope.message);
    this.#loop.finish(envelope);
  }

  /** Ends a call with an error. */
  fail(envelope: SendEnvelope, error: unknown): void {
    if (envelope.trace !== undefined) this.#trace.finished(envelope);
    this.#calls.reject(envelope, error);
    this.#loop.finish(envelope);
  }

  /** Drops a message or an answer; a caller who still waits gets the error. */
  drop(envelope: SendEnvelope, error?: unknown): void {
    this.#log?.dropped(envelope);
    this.fail(envelope, error);
  }

  #findAndSend(envelope: SendEnvelope): void {
    const { recipient } = envelope;
    if (envelope.resolve === undefined) {
      // The caller has given up meanwhile: make no agent for it.
      this.drop(envelope);
      return;
    }
    if (!this.#agents.hasType(recipient.type)) {
      this.fail(
        envelope,
        new UndeliverableException(`Recipient not found: ${recipient}. Register the agent type first.`),
      );
      return;
    }
    const failed = (error: unknown): void => {
      this.#log?.constructionFailed(recipient, error);
      envelope.trace?.fail(error);
      this.fail(envelope, error);
    };
    let found: AgentCell | Promise<AgentCell>;
    try {
      found = this.#agents.get(recipient);
    } catch (error) {
      failed(error);
      return;
    }
    if (found instanceof Promise) {
      this.#calls.list(envelope);
      found.then((cell) => this.#send(cell, envelope), failed);
    } else {
      this.#send(found, envelope);
    }
  }

  #send(cell: AgentCell, envelope: SendEnvelope): void {
    if (cell.active >= cell.limit) {
      this.#calls.list(envelope);
      this.#handlers.whenFree(cell, () => this.deliver(envelope));
      return;
    }
    if (envelope.resolve === undefined) {
      this.drop(envelope);
      return;
    }
    this.#log?.delivered(envelope, cell.id);
    let result: unknown;
    try {
      result = this.#handlers.call(cell, envelope);
    } catch (error) {
      this.#handlerFailed(cell, envelope, error);
      return;
    }
    if (isPromiseLike(result)) {
      this.#calls.list(envelope);
      result.then(
        (value) => this.#handled(cell, envelope, value),
        (error: unknown) => this.#handlerFailed(cell, envelope, error),
      );
    } else {
      this.#handled(cell, envelope, result);
    }
  }

  #handled(cell: AgentCell, envelope: SendEnvelope, value: unknown): void {
    this.#handlers.release(cell);
    if (envelope.trace !== undefined) this.#trace.finished(envelope);
    if (envelope.epoch !== this.#loop.epoch) return;
    envelope.kind = "response";
    envelope.message = value;
    this.#log?.sent(envelope);
    this.#loop.answer(envelope);
  }

  #handlerFailed(cell: AgentCell, envelope: SendEnvelope, error: unknown): void {
    this.#handlers.release(cell);
    this.#log?.handlerFailed(envelope.message, cell.id, error);
    this.fail(envelope, error);
  }
}
