import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import { DeliveryStage, MessageKind } from "../logging/log-events.ts";
import type { Logger } from "../logging/logger.ts";
import type { SerializationRegistry } from "../messages/serialization-registry.ts";
import type { Envelope } from "./envelope.ts";

/** Writes what a runtime does with its messages. Made only when somebody listens. */
export class RuntimeLog {
  readonly logger: Logger;
  readonly #serializers: SerializationRegistry;

  constructor(logger: Logger, serializers: SerializationRegistry) {
    this.logger = logger;
    this.#serializers = serializers;
  }

  /** The message was accepted: a direct one, a published one, or an answer. */
  sent(envelope: Envelope): void {
    this.#message(envelope, DeliveryStage.SEND, undefined);
  }

  /** The message is about to reach its recipient: an agent, or the caller who waits for an answer. */
  delivered(envelope: Envelope, recipient: AgentId | undefined): void {
    this.#message(envelope, DeliveryStage.DELIVER, recipient);
  }

  dropped(envelope: Envelope): void {
    this.logger.event({
      type: "MessageDropped",
      payload: this.#serializers.textOf(envelope.message),
      sender: senderOf(envelope),
      receiver: addresseeOf(envelope),
      kind: kindOf(envelope),
    });
  }

  handlerFailed(message: unknown, handlingAgent: AgentId, exception: unknown): void {
    const payload = this.#serializers.textOf(message);
    this.logger.event({ type: "MessageHandlerException", payload, handlingAgent, exception });
  }

  constructionFailed(agentId: AgentId, exception: unknown): void {
    this.logger.error(`Error constructing agent ${agentId}`, exception);
    this.logger.event({ type: "AgentConstructionException", agentId, exception });
  }

  #message(envelope: Envelope, deliveryStage: DeliveryStage, recipient: AgentId | undefined): void {
    this.logger.event({
      type: "Message",
      payload: this.#serializers.textOf(envelope.message),
      sender: senderOf(envelope),
      receiver: recipient ?? addresseeOf(envelope),
      kind: kindOf(envelope),
      deliveryStage,
    });
  }
}

function senderOf(envelope: Envelope): AgentId | undefined {
  return envelope.kind === "response" ? envelope.recipient : envelope.sender;
}

function addresseeOf(envelope: Envelope): AgentId | TopicId | undefined {
  if (envelope.kind === "publish") return envelope.topicId;
  return envelope.kind === "send" ? envelope.recipient : envelope.sender;
}

function kindOf(envelope: Envelope): MessageKind {
  if (envelope.kind === "send") return MessageKind.DIRECT;
  return envelope.kind === "publish" ? MessageKind.PUBLISH : MessageKind.RESPOND;
}
