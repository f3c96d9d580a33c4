import type { DeliveryAgent, DeliveryDestination, DeliveryPayload } from "@tesserae/wire/channels";
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

/** What is told of every stage of a message. */
type Sent = Pick<Envelope, "message" | "run" | "sender" | "topicId" | "knownMessageId">;

/** What a stage has beside that. */
type Stage = Pick<DeliveryPayload, "stage" | "destination"> &
  Partial<Pick<DeliveryPayload, "sender" | "origin" | "within">>;

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
    const topicId = to instanceof TopicId ? to : undefined;
    const sent = { message, run, sender, topicId, knownMessageId: messageId ?? null };
    const event = this.#event(sent, to, { stage: "create", destination: destinationOf(to) });
    return traceCall("delivery", event, () => body(event));
  }

  /** The work on a message begins: its recipients are looked for. */
  begun(envelope: Envelope, origin: DeliveryEvent): void {
    const to = addresseeOf(envelope);
    const stage = envelope.topicId === undefined ? "send" : "publish";
    envelope.trace = this.#event(envelope, to, { stage, destination: destinationOf(to), origin });
    publishStart("delivery", envelope.trace);
  }

  /** The work on a message is done, or was given up. Nothing, when it had not begun. */
  finished({ trace }: Envelope): void {
    if (trace !== undefined && trace.stage !== "create" && trace.end()) publishEnd("delivery", trace);
  }

  /** Calls a handler: what it does is inside of the stage. */
  process(envelope: Envelope, within: DeliveryEvent, { id }: AgentCell, body: () => unknown): unknown {
    const { origin } = within;
    const event = this.#event(envelope, id, { stage: "process", destination: destinationOf(id), origin, within });
    return traceCall("delivery", event, body);
  }

  /** The answer reaches who asked. */
  acknowledged(envelope: SendEnvelope, origin: DeliveryEvent): void {
    const { recipient, sender } = envelope;
    publishMoment("delivery", () =>
      this.#event(envelope, sender, {
        stage: "ack",
        destination: destinationOf(sender),
        sender: this.#agent(recipient),
        origin,
      }),
    );
  }

  /** An intervention handler looks at a message. */
  intercepted(envelope: Envelope, origin: DeliveryEvent, handler: object, look: () => unknown): unknown {
    const destination: DeliveryDestination = { kind: "handler", name: handler.constructor.name };
    const event = this.#event(envelope, addresseeOf(envelope), { stage: "intercept", destination, origin });
    return traceCall("delivery", event, look);
  }

  #event({ message, run, sender, topicId, knownMessageId }: Sent, recipient: unknown, stage: Stage): DeliveryEvent {
    const facts = {
      ...placeOf(run ?? plainContext()),
      runtime: "SingleThreadedAgentRuntime",
      messageType: typeNameOf(message) ?? classOf(message),
      sender: this.#agent(sender),
      recipient: this.#agent(recipient),
      topic: topicId === undefined ? null : topicId.toString(),
      messageId: knownMessageId,
      origin: null,
      within: null,
      ...stage,
    };
    return new DeliveryEvent(facts, message, this.#serializers);
  }

  /** The class is told only of an agent that is there: to be told of must make none. */
  #agent(id: unknown): DeliveryAgent | null {
    if (!(id instanceof AgentId)) return null;
    const text = id.toString();
    return { id: text, type: id.type, className: this.#agents.cell(text)?.agent.constructor.name ?? null };
  }
}

function addresseeOf(envelope: Envelope): AgentId | TopicId {
  return envelope.kind === "publish" ? envelope.topicId : envelope.recipient;
}

/** Nothing for what is no address: the message will be refused. */
function destinationOf(to: unknown): DeliveryDestination | null {
  if (to instanceof AgentId) return { kind: "agent", type: to.type, key: to.key };
  return to instanceof TopicId ? { kind: "topic", type: to.type, source: to.source } : null;
}

function classOf(message: unknown): string {
  const made: unknown =
    typeof message === "object" && message !== null ? Reflect.get(message, "constructor") : undefined;
  return typeof made === "function" ? made.name : typeof message;
}
