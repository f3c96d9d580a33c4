import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { RunContext } from "../run/run-context.ts";
import { randomUuid } from "../run/uuid.ts";
import type { AgentCell } from "./agent-cell.ts";
import type { PublishOptions } from "./agent-runtime.ts";
import type { DeliveryEvent } from "./delivery-event.ts";
import type { SignalWatch } from "./signal-watches.ts";

const NO_OPTIONS: PublishOptions = {};

/** A message on its way. */
export type Envelope = SendEnvelope | PublishEnvelope;

/**
 * A direct message, and then the answer to it: when the handler is done, `kind` becomes `response` and `message` the
 * answer. Plain fields of one shape, because every message makes one.
 */
export class SendEnvelope {
  kind: "send" | "response" = "send";
  message: unknown;
  readonly recipient: AgentId;
  readonly sender: AgentId | undefined;
  readonly run: RunContext | undefined;
  signal: AbortSignal | undefined;
  /** Which start of the runtime accepted it: what belongs to an earlier one no longer counts. */
  readonly epoch: number;
  /** The recipient, when it existed at the time of sending. */
  readonly cell: AgentCell | undefined;
  #messageId: string | undefined;
  /** Settles the caller; `undefined` once that has happened. */
  resolve: ((value: unknown) => void) | undefined = undefined;
  reject: ((error: unknown) => void) | undefined = undefined;
  /** Neighbours in the list of calls that are not in the queue. */
  previous: SendEnvelope | undefined = undefined;
  next: SendEnvelope | undefined = undefined;
  listed = false;
  timer: ReturnType<typeof setTimeout> | undefined = undefined;
  /** The watch on the caller's signal. */
  watch: SignalWatch | undefined = undefined;
  /** The stage that was told of last; `undefined` when nobody watched as the message was sent. */
  trace: DeliveryEvent | undefined = undefined;

  constructor(
    message: unknown,
    recipient: AgentId,
    cell: AgentCell | undefined,
    epoch: number,
    options: PublishOptions = NO_OPTIONS,
  ) {
    this.message = message;
    this.recipient = recipient;
    this.cell = cell;
    this.sender = options.sender;
    this.run = options.run;
    this.signal = options.signal ?? options.run?.signal;
    this.epoch = epoch;
    this.#messageId = options.messageId;
  }

  get topicId(): undefined {
    return undefined;
  }

  get messageId(): string {
    return (this.#messageId ??= newMessageId(this.run));
  }

  /** The id, unless a run derives it and nobody has asked yet: a look from outside must not change what a run derives. */
  get knownMessageId(): string | null {
    return this.#messageId ?? (isDerived(this.run) ? null : this.messageId);
  }
}

/** A message for all agents that subscribe to a topic. */
export class PublishEnvelope {
  readonly kind = "publish";
  message: unknown;
  readonly topicId: TopicId;
  readonly sender: AgentId | undefined;
  readonly run: RunContext | undefined;
  readonly signal: AbortSignal | undefined;
  readonly epoch: number;
  #messageId: string | undefined;
  /** Deliveries that are not finished. */
  open = 0;
  /** The last error of a recipient. */
  failure: { readonly error: unknown } | undefined = undefined;
  /** Settles a publisher who waits for room in the queue. */
  resolve: (() => void) | undefined = undefined;
  reject: ((error: unknown) => void) | undefined = undefined;
  /** The stage that was told of last; `undefined` when nobody watched as the message was sent. */
  trace: DeliveryEvent | undefined = undefined;

  constructor(message: unknown, topicId: TopicId, epoch: number, options: PublishOptions = NO_OPTIONS) {
    this.message = message;
    this.topicId = topicId;
    this.sender = options.sender;
    this.run = options.run;
    this.signal = options.signal ?? options.run?.signal;
    this.epoch = epoch;
    this.#messageId = options.messageId;
  }

  get recipient(): undefined {
    return undefined;
  }

  get messageId(): string {
    return (this.#messageId ??= newMessageId(this.run));
  }

  /** The id, unless a run derives it and nobody has asked yet: a look from outside must not change what a run derives. */
  get knownMessageId(): string | null {
    return this.#messageId ?? (isDerived(this.run) ? null : this.messageId);
  }
}

function isDerived(run: RunContext | undefined): boolean {
  return run?.session !== undefined && run.session.mode !== "plain";
}

/** Made when somebody asks; from the run's ids when there is a run. */
function newMessageId(run: RunContext | undefined): string {
  return run === undefined ? randomUuid() : run.id();
}
