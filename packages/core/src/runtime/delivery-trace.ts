import type { DeliveryAgent, DeliveryDestination } from "@tesserae/wire/channels";
import { publishEnd, publishMoment, publishStart, traceCall } from "../diagnostics/trace.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import type { SerializationRegistry } from "../messages/serialization-registry.ts";
import type { AgentCell } from "./agent-cell.ts";
import type { AgentStore } from "./agent-store.ts";
import type { PublishOptions } from "./agent-runtime.ts";
import { DeliveryEvent, type DeliveryFacts } from "./delivery-event.ts";
import type { Envelope, SendEnvelope } from "./envelope.ts";

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
    options: PublishOptions | undefined,
    body: (event: DeliveryEvent) => T,
  ): T {
    const recipient = to instanceof AgentId ? to : undefined;
    const event = this.#event({
      stage: "create",
      destination: destinationOf(to),
      message,
      sender: this.#agent(options?.sender),
      recipient: this.#agent(recipient),
      topic: to instanceof TopicId ? to.toString() : null,
      messageId: options?.messageId ?? null,
      run: options?.run,
    });
    return traceCall("delivery", event, () => body(event));
  }

  /** The work on a message begins: its recipients are looked for. */
  begun(envelope: Envelope, origin: DeliveryEvent): void {
    const isPublish = envelope.kind === "publish";
    const event = this.#event({
      ...this.#facts(envelope, isPublish ? undefined : envelope.recipient),
      stage: isPublish ? "publish" : "send",
      destination: destinationOf(isPublish ? envelope.topicId : envelope.recipient),
      origin,
    });
    envelope.trace = event;
    publishStart("delivery", event);
  }

  /** The work on a message is done, or was given up. Nothing, when it had not begun. */
  finished(envelope: Envelope): void {
    const event = envelope.trace;
    if (event === undefined || event.stage === "create" || !event.end()) return;
    publishEnd("delivery", event);
  }

  /** Calls a handler: what it does is inside of the stage. */
  process(envelope: Envelope, within: DeliveryEvent, cell: AgentCell, body: () => unknown): unknown {
    const event = this.#event({
      ...this.#facts(envelope, cell.id),
      stage: "process",
      destination: destinationOf(cell.id),
      origin: within.origin,
      within,
    });
    return traceCall("delivery", event, body);
  }

  /** The answer reaches who asked. */
  acknowledged(envelope: SendEnvelope, origin: DeliveryEvent): void {
    const { recipient, sender } = envelope;
    publishMoment("delivery", () =>
      this.#event({
        ...this.#facts(envelope, sender),
        stage: "ack",
        destination: destinationOf(sender),
        sender: this.#agent(recipient),
        origin,
      }),
    );
  }

  /** An intervention handler looks at a message. */
  intercepted(envelope: Envelope, origin: DeliveryEvent, handler: object, look: () => unknown): unknown {
    const event = this.#event({
      ...this.#facts(envelope, envelope.kind === "publish" ? undefined : envelope.recipient),
      stage: "intercept",
      destination: { kind: "handler", name: handler.constructor.name },
      origin,
    });
    return traceCall("delivery", event, look);
  }

  #facts(envelope: Envelope, recipient: AgentId | undefined): Omit<DeliveryFacts, "stage" | "destination"> {
    return {
      message: envelope.message,
      sender: this.#agent(envelope.sender),
      recipient: this.#agent(recipient),
      topic: envelope.topicId === undefined ? null : envelope.topicId.toString(),
      messageId: envelope.knownMessageId,
      run: envelope.run,
    };
  }

  #event(facts: DeliveryFacts): DeliveryEvent {
    return new DeliveryEvent(facts, this.#serializers);
  }

  /** The class is told only of an agent that is there: to be told of must make none. */
  #agent(id: AgentId | undefined): DeliveryAgent | null {
    if (!(id instanceof AgentId)) return null;
    const text = id.toString();
    const agent = this.#agents.cell(text)?.agent;
    return { id: text, type: id.type, className: agent === undefined ? null : agent.constructor.name };
  }
}

/** Nothing for what is no address: the message will be refused. */
function destinationOf(to: unknown): DeliveryDestination | null {
  if (to instanceof AgentId) return { kind: "agent", type: to.type, key: to.key };
  return to instanceof TopicId ? { kind: "topic", type: to.type, source: to.source } : null;
}
