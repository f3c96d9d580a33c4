import { enterMessageHandler, MessageHandlerContext } from "../agents/message-handler-context.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { Interceptor, Stage } from "../intervention/interceptor.ts";
import type { SubscriptionManager } from "../subscriptions/subscription-manager.ts";
import type { AgentCell } from "./agent-cell.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import type { AgentStore } from "./agent-store.ts";
import type { Envelope } from "./envelope.ts";
import { MessageDroppedException, UndeliverableException } from "./exceptions.ts";
import { HandlerContext } from "./handler-context.ts";
import { isPromiseLike } from "./is-promise-like.ts";
import type { PendingCalls } from "./pending-calls.ts";
import type { RuntimeLog } from "./runtime-log.ts";

/** What a deliverer works with. */
export interface DelivererOptions {
  readonly runtime: AgentRuntime;
  readonly agents: AgentStore;
  readonly subscriptions: SubscriptionManager;
  readonly calls: PendingCalls;
  readonly log: RuntimeLog | undefined;
  /** Gives each recipient a copy of its own. */
  readonly clone: ((message: unknown) => unknown) | undefined;
  readonly interceptor: Interceptor | undefined;
  readonly currentEpoch: () => number;
  /** Queues the answer to a request. */
  readonly answer: (envelope: Envelope) => void;
  readonly finish: (envelope: Envelope) => void;
  /** Takes the error of an event handler, of which no caller learns. */
  readonly fail: (error: unknown) => void;
}

/**
 * Brings messages to handlers and answers to callers.
 *
 * Handlers are called from here synchronously, so that they start in the order of the queue; nothing waits for them.
 */
export class Deliverer {
  readonly #runtime: AgentRuntime;
  readonly #agents: AgentStore;
  readonly #subscriptions: SubscriptionManager;
  readonly #calls: PendingCalls;
  readonly #log: RuntimeLog | undefined;
  readonly #clone: ((message: unknown) => unknown) | undefined;
  readonly #interceptor: Interceptor | undefined;
  readonly #options: DelivererOptions;
  /** True while the loop's own task is calling: it may change its ambient context instead of nesting one. */
  #ownTask = false;
  #entered: AgentId | undefined = undefined;

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#runtime = options.runtime;
    this.#agents = options.agents;
    this.#subscriptions = options.subscriptions;
    this.#calls = options.calls;
    this.#log = options.log;
    this.#clone = options.clone;
    this.#interceptor = options.interceptor;
  }

  /** Begins a task of the loop: no handler's context is entered. */
  beginTask(): void {
    this.#entered = undefined;
  }

  /** Delivers one envelope. Never throws. */
  deliver(envelope: Envelope, ownTask: boolean): void {
    const outer = this.#ownTask;
    this.#ownTask = ownTask;
    try {
      if (this.#interceptor === undefined) this.#route(envelope);
      else this.#intercept(envelope, this.#interceptor);
    } catch (error) {
      this.abandon(envelope, error);
    } finally {
      this.#ownTask = outer;
    }
  }

  /** Ends the work on an envelope that cannot be delivered. */
  abandon(envelope: Envelope, error: unknown): void {
    if (envelope.kind === "publish") {
      this.#log?.logger.error(`Error processing publish message for ${envelope.topicId}`, error);
      envelope.failure = { error };
      this.#finishPublish(envelope);
    } else {
      this.#calls.reject(envelope, error);
      this.#options.finish(envelope);
    }
  }

  /** Drops a message. A caller who still waits gets the error. */
  drop(envelope: Envelope, error?: unknown): void {
    this.#log?.dropped(envelope);
    if (envelope.kind !== "publish") this.#calls.reject(envelope, error);
    this.#options.finish(envelope);
  }

  #route(envelope: Envelope): void {
    if (envelope.kind === "send") this.#deliverSend(envelope);
    else if (envelope.kind === "publish") this.#deliverPublish(envelope);
    else this.#deliverAnswer(envelope);
  }

  #intercept(envelope: Envelope, interceptor: Interceptor): void {
    if (envelope.kind !== "publish" && envelope.resolve === undefined) {
      this.#route(envelope);
      return;
    }
    this.#leaveHandler();
    const { stage, recipients } = this.#stageOf(envelope);
    interceptor.pass(envelope.message, stage, recipients, (outcome) => {
      if (envelope.epoch !== this.#options.currentEpoch()) return;
      try {
        if (outcome === "dropped") {
          this.drop(envelope, new MessageDroppedException());
        } else if ("error" in outcome) {
          this.#interventionFailed(envelope, outcome.error);
        } else {
          envelope.message = outcome.message;
          this.#route(envelope);
        }
      } catch (error) {
        this.abandon(envelope, error);
      }
    });
  }

  #stageOf(envelope: Envelope): { readonly stage: Stage; readonly recipients: readonly string[] } {
    const { kind, recipient, topicId, sender } = envelope;
    if (kind === "publish" || recipient === undefined) {
      const recipients = topicId === undefined ? [] : this.#subscriptions.recipients(topicId).map(String);
      return { stage: { kind: "publish", context: this.#outsideContext(envelope) }, recipients };
    }
    if (kind === "response") return { stage: { kind, sender: recipient, recipient: sender }, recipients: [] };
    return { stage: { kind, context: this.#outsideContext(envelope), recipient }, recipients: [recipient.toString()] };
  }

  #outsideContext(envelope: Envelope): HandlerContext {
    return new HandlerContext(this.#runtime, undefined, envelope);
  }

  /** Nobody learns of a failed intervention in a publish but the log. */
  #interventionFailed(envelope: Envelope, error: unknown): void {
    if (envelope.kind === "publish") {
      this.#log?.logger.error(`An intervention handler failed for a message published to ${envelope.topicId}`, error);
    } else {
      this.#calls.reject(envelope, error);
    }
    this.#options.finish(envelope);
  }

  #deliverSend(envelope: Envelope): void {
    const { recipient } = envelope;
    if (recipient === undefined) return;
    if (envelope.resolve === undefined) {
      // The caller has given up meanwhile.
      this.drop(envelope);
      return;
    }
    const cell = this.#agents.cell(recipient.toString());
    if (cell !== undefined) this.#send(cell, envelope);
    else this.#makeThenSend(recipient, envelope);
  }

  #makeThenSend(recipient: AgentId, envelope: Envelope): void {
    if (!this.#agents.hasType(recipient.type)) {
      throw new UndeliverableException(`Recipient not found: ${recipient}. Register the agent type first.`);
    }
    this.#leaveHandler();
    const failed = (error: unknown): void => {
      this.#log?.constructionFailed(recipient, error);
      this.abandon(envelope, error);
    };
    let made: AgentCell | Promise<AgentCell>;
    try {
      made = this.#agents.get(recipient);
    } catch (error) {
      failed(error);
      return;
    }
    if (made instanceof Promise) made.then((cell) => this.#send(cell, envelope), failed);
    else this.#send(made, envelope);
  }

  #send(cell: AgentCell, envelope: Envelope): void {
    if (cell.active >= cell.limit) {
      (cell.waiting ??= []).push(() => this.#send(cell, envelope));
      return;
    }
    if (envelope.resolve === undefined) {
      this.drop(envelope);
      return;
    }
    this.#log?.delivered(envelope, cell.id);
    let result: unknown;
    try {
      result = this.#call(cell, envelope);
    } catch (error) {
      this.#sendFailed(cell, envelope, error);
      return;
    }
    if (isPromiseLike(result)) {
      result.then(
        (value) => this.#answer(cell, envelope, value),
        (error: unknown) => this.#sendFailed(cell, envelope, error),
      );
    } else {
      this.#answer(cell, envelope, result);
    }
  }

  #answer(cell: AgentCell, envelope: Envelope, value: unknown): void {
    this.#release(cell);
    if (envelope.epoch !== this.#options.currentEpoch()) return;
    envelope.kind = "response";
    envelope.message = value;
    this.#log?.sent(envelope);
    this.#options.answer(envelope);
  }

  #sendFailed(cell: AgentCell, envelope: Envelope, error: unknown): void {
    this.#release(cell);
    this.#log?.handlerFailed(envelope.message, cell.id, error);
    this.#calls.reject(envelope, error);
    this.#options.finish(envelope);
  }

  #deliverAnswer(envelope: Envelope): void {
    this.#log?.delivered(envelope, undefined);
    this.#calls.resolve(envelope, envelope.message);
    this.#options.finish(envelope);
  }

  #deliverPublish(envelope: Envelope): void {
    const { topicId } = envelope;
    if (topicId === undefined) return;
    const recipients = this.#subscriptions.recipients(topicId);
    const sender = envelope.sender?.toString();
    const cells: AgentCell[] = [];
    for (let index = 0; index < recipients.length; index += 1) {
      const id = recipients[index];
      if (id === undefined) continue;
      const text = id.toString();
      if (text === sender) continue;
      const cell = this.#agents.cell(text);
      if (cell === undefined) {
        this.#makeThenPublish(envelope, recipients, index, cells);
        return;
      }
      cells.push(cell);
    }
    this.#publish(envelope, cells);
  }

  /** Makes the agents that do not exist, one after another; the others get the message when one cannot be made. */
  #makeThenPublish(envelope: Envelope, recipients: readonly AgentId[], from: number, cells: AgentCell[]): void {
    this.#leaveHandler();
    const sender = envelope.sender?.toString();
    for (let index = from; index < recipients.length; index += 1) {
      const id = recipients[index];
      if (id === undefined || id.toString() === sender) continue;
      const failed = (error: unknown): void => {
        this.#log?.constructionFailed(id, error);
        this.#log?.logger.error(`Error processing publish message for ${id}`, error);
        envelope.failure = { error };
      };
      try {
        const made = this.#agents.get(id);
        if (made instanceof Promise) {
          void this.#publishAfter(
            made.then((cell) => void cells.push(cell), failed),
            envelope,
            recipients,
            index + 1,
            cells,
          );
          return;
        }
        cells.push(made);
      } catch (error) {
        failed(error);
      }
    }
    this.#publish(envelope, cells);
  }

  async #publishAfter(
    made: Promise<void>,
    envelope: Envelope,
    recipients: readonly AgentId[],
    from: number,
    cells: AgentCell[],
  ): Promise<void> {
    try {
      await made;
      this.#makeThenPublish(envelope, recipients, from, cells);
    } catch (error) {
      this.abandon(envelope, error);
    }
  }

  #publish(envelope: Envelope, cells: readonly AgentCell[]): void {
    envelope.open = 1;
    for (const cell of cells) {
      envelope.open += 1;
      this.#handleEvent(cell, envelope);
    }
    this.#eventHandled(envelope);
  }

  #handleEvent(cell: AgentCell, envelope: Envelope): void {
    if (cell.active >= cell.limit) {
      (cell.waiting ??= []).push(() => this.#handleEvent(cell, envelope));
      return;
    }
    if (envelope.epoch !== this.#options.currentEpoch()) return;
    this.#log?.delivered(envelope, cell.id);
    let result: unknown;
    try {
      result = this.#call(cell, envelope);
    } catch (error) {
      this.#eventFailed(cell, envelope, error);
      return;
    }
    if (isPromiseLike(result)) {
      result.then(
        () => {
          this.#release(cell);
          this.#eventHandled(envelope);
        },
        (error: unknown) => this.#eventFailed(cell, envelope, error),
      );
    } else {
      this.#release(cell);
      this.#eventHandled(envelope);
    }
  }

  #eventFailed(cell: AgentCell, envelope: Envelope, error: unknown): void {
    this.#release(cell);
    this.#log?.logger.error(`Error processing publish message for ${cell.id}`, error);
    this.#log?.handlerFailed(envelope.message, cell.id, error);
    envelope.failure = { error };
    this.#eventHandled(envelope);
  }

  #eventHandled(envelope: Envelope): void {
    envelope.open -= 1;
    if (envelope.open === 0) this.#finishPublish(envelope);
  }

  #finishPublish(envelope: Envelope): void {
    const { failure } = envelope;
    if (failure !== undefined && envelope.epoch === this.#options.currentEpoch()) this.#options.fail(failure.error);
    this.#options.finish(envelope);
  }

  #call(cell: AgentCell, envelope: Envelope): unknown {
    cell.active += 1;
    cell.touched = true;
    const message = this.#clone === undefined ? envelope.message : this.#clone(envelope.message);
    const context = new HandlerContext(this.#runtime, cell.id, envelope);
    if (!this.#ownTask) {
      return MessageHandlerContext.populateContext(cell.id, () => cell.agent.onMessage(message, context));
    }
    if (this.#entered !== cell.id) {
      enterMessageHandler(cell.id);
      this.#entered = cell.id;
    }
    return cell.agent.onMessage(message, context);
  }

  #release(cell: AgentCell): void {
    cell.active -= 1;
    if (cell.waiting !== undefined) startWaiting(cell);
  }

  /** Before foreign code that is no handler: it must not find itself in the last handler's context. */
  #leaveHandler(): void {
    if (!this.#ownTask || this.#entered === undefined) return;
    enterMessageHandler(undefined);
    this.#entered = undefined;
  }
}

/** Starts deliveries that waited for their turn, as many as the limit allows. */
function startWaiting(cell: AgentCell): void {
  while (cell.waiting !== undefined && cell.active < cell.limit) {
    const next = cell.waiting.shift();
    if (cell.waiting.length === 0) cell.waiting = undefined;
    next?.();
  }
}
