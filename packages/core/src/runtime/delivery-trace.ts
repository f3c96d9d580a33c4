import type { DeliveryAgent, DeliveryPayload } from "@tesserae/wire/channels";
import { placeOf, publishEnd, publishMoment, publishStart, traceCall } from "../diagnostics/trace.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import type { SerializationRegistry } from "../messages/serialization-registry.ts";
import { typeNameOf } from "../messages/type-name.ts";
import { plainContext } from "../run/context.ts";
import type { AgentCell } from "./agent-cell.ts";
import type { AgentStore } from "./agent-store.ts";
import type { PublishOptions } from "./agent-runtime.ts";
import { DeliveryEvent } from "./delivery-event.ts";
import type { Envelope, SendEnvelope } from "./envelope.ts";

/** What every stage is told of a message. */
type Sent = Pick<Envelope, "message" | "run" | "sender" | "recipient" | "topicId" | "knownMessageId">;

/**
 * Publishes on `tesserae:delivery` what becomes of messages. Whether a message is told of is decided when it is sent:
 * one that nobody watched then has no `trace`, and costs one branch at every further stage.
 */
export class DeliveryTrace {
  readonly #agents: AgentStore;
  readonly #serializers: SerializationRegistry;

  constructor(agents: AgentStore, serializers: SerializationRegistry) {
    this.#agents = agents;
    this.#serializers = serializers;
  }

  /** A message is given to the runtime; `body` queues it, and gives a promise when it is not over then. */
  created<T>(
    message: unknown,
    to: AgentId | TopicId,
    { sender, run, messageId }: PublishOptions = {},
    body: (event: DeliveryEvent) => T,
  ): T {
    const [topicId, recipient] = to instanceof TopicId ? [to] : [undefined, to];
    const event = this.#event(
      { message, run, sender, recipient, topicId, knownMessageId: messageId ?? null },
      "create",
    );
    return traceCall("delivery", event, () => body(event));
  }

  /** The work on a message begins: its recipients are looked for. */
  begun(envelope: Envelope, origin: DeliveryEvent): void {
    envelope.trace = this.#event(envelope, envelope.topicId === undefined ? "send" : "publish", { origin });
    publishStart("delivery", envelope.trace);
  }

  /** The work on a message is done, or was given up. Nothing, when it had not begun. */
  finished({ trace }: Envelope): void {
    if (trace !== undefined && trace.stage !== "create" && trace.end()) publishEnd("delivery", trace);
  }

  /** Calls a handler: what it does is inside of the stage. */
  process(envelope: Envelope, within: DeliveryEvent, { id }: AgentCell, body: () => unknown): unknown {
    const event = this.#event(envelope, "process", { recipient: this.#agent(id), origin: within.origin, within });
    return traceCall("delivery", event, body);
  }

  /** The answer reaches who asked. */
  acknowledged(envelope: SendEnvelope, origin: DeliveryEvent): void {
    const [sender, recipient] = [this.#agent(envelope.recipient), this.#agent(envelope.sender)];
    publishMoment("delivery", () => this.#event(envelope, "ack", { sender, recipient, origin }));
  }

  /** An intervention handler looks at a message. */
  intercepted(envelope: Envelope, origin: DeliveryEvent, handler: object, look: () => unknown): unknown {
    const event = this.#event(envelope, "intercept", { handler: handler.constructor.name, origin });
    return traceCall("delivery", event, look);
  }

  #event(
    { message, run, sender, recipient, topicId, knownMessageId }: Sent,
    stage: DeliveryPayload["stage"],
    more?: Partial<DeliveryPayload>,
  ): DeliveryEvent {
    const facts = {
      ...placeOf(run ?? plainContext()),
      runtime: "SingleThreadedAgentRuntime",
      stage,
      messageType: typeNameOf(message) ?? String(Object(message).constructor?.name),
      sender: this.#agent(sender),
      recipient: this.#agent(recipient),
      topic: topicId?.toString() ?? null,
      messageId: knownMessageId,
      handler: null,
      origin: null,
      within: null,
      ...more,
    };
    return new DeliveryEvent(facts, message, this.#serializers);
  }

  /** The class is told only of an agent that is there: to be told of must make none. */
  #agent(id: AgentId | undefined): DeliveryAgent | null {
    if (!(id instanceof AgentId)) return null;
    const text = id.toString();
    return { id: text, type: id.type, className: this.#agents.cell(text)?.agent.constructor.name ?? null };
  }
}
