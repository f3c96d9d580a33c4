import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import { randomUuid } from "../run/uuid.ts";
import type { RunContext } from "../run/run-context.ts";
import type { PublishOptions } from "./agent-runtime.ts";
import type { SignalWatch } from "./signal-watches.ts";

/** What an envelope carries: a direct message, a published one, or the answer to a direct one. */
export type EnvelopeKind = "send" | "publish" | "response";

const NO_OPTIONS: PublishOptions = {};

/**
 * A message on its way. One object serves a request and its answer: when the handler is done, `kind` becomes
 * `response` and `message` the answer. Plain fields of one shape, because every message makes one.
 */
export class Envelope {
  kind: EnvelopeKind;
  message: unknown;
  /** For send and response: the agent that handles the message. */
  readonly recipient: AgentId | undefined;
  /** For publish. */
  readonly topicId: TopicId | undefined;
  readonly sender: AgentId | undefined;
  readonly run: RunContext | undefined;
  signal: AbortSignal | undefined;
  /** Which start of the runtime accepted it: what belongs to an earlier one no longer counts. */
  readonly epoch: number;
  #messageId: string | undefined;
  /** Settles the caller of a send; `undefined` once that has happened. */
  resolve: ((value: unknown) => void) | undefined = undefined;
  reject: ((error: unknown) => void) | undefined = undefined;
  /** Neighbours in the list of calls that wait for an answer. */
  previous: Envelope | undefined = undefined;
  next: Envelope | undefined = undefined;
  timer: ReturnType<typeof setTimeout> | undefined = undefined;
  /** The watch on the caller's signal. */
  watch: SignalWatch | undefined = undefined;
  /** For publish: deliveries that are not finished. */
  open = 0;
  /** For publish: the last error of a recipient. */
  failure: { readonly error: unknown } | undefined = undefined;
  /** Tells a publisher who waits for room in the queue. */
  admitted: (() => void) | undefined = undefined;

  constructor(
    kind: "send" | "publish",
    message: unknown,
    recipient: AgentId | undefined,
    topicId: TopicId | undefined,
    epoch: number,
    options: PublishOptions = NO_OPTIONS,
  ) {
    this.kind = kind;
    this.message = message;
    this.recipient = recipient;
    this.topicId = topicId;
    this.sender = options.sender;
    this.run = options.run;
    this.signal = options.signal ?? options.run?.signal;
    this.epoch = epoch;
    this.#messageId = options.messageId;
  }

  /** Made when somebody asks; from the run's ids when there is a run. */
  get messageId(): string {
    return (this.#messageId ??= this.run === undefined ? randomUuid() : this.run.id());
  }
}
