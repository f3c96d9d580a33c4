import {
  AgentId,
  JSON_DATA_CONTENT_TYPE,
  PROTOBUF_DATA_CONTENT_TYPE,
  TopicId,
  ValueError,
  isJson,
  typeNameOf,
  type Json,
  type SerializationRegistry,
} from "@tesserae/core";
import { EVENT_ATTRIBUTES, type AttributeValue, type CloudEvent } from "../protocol/cloud-event.ts";
import type { Payload, WireAgentId } from "../protocol/messages.ts";

/** A format of messages. */
export type PayloadFormat = typeof JSON_DATA_CONTENT_TYPE | typeof PROTOBUF_DATA_CONTENT_TYPE;

/** What Python calls the type of `None`. */
const NOTHING = "NoneType";
/** The type of an answer that is plain JSON; a worker of Python takes it for one of a type that it does not know. */
const PLAIN_JSON = "tesserae.Json";

/** A message that is published. */
export interface PublishedMessage {
  readonly message: unknown;
  readonly topicId: TopicId;
  readonly sender: AgentId | undefined;
  readonly messageId: string;
}

/** Writes the messages of agents for the wire, and reads them. */
export class Payloads {
  readonly #serializers: SerializationRegistry;
  readonly #preferred: PayloadFormat;

  /** @throws ValueError `Unsupported payload serialization format: …` */
  constructor(serializers: SerializationRegistry, preferred: PayloadFormat) {
    if (preferred !== JSON_DATA_CONTENT_TYPE && preferred !== PROTOBUF_DATA_CONTENT_TYPE) {
      throw new ValueError(`Unsupported payload serialization format: ${String(preferred)}`);
    }
    this.#serializers = serializers;
    this.#preferred = preferred;
  }

  /** @throws ValueError for a message without a type, and for a type that is not registered. */
  write(message: unknown): Payload & { readonly data: Uint8Array } {
    const dataType = typeNameOf(message);
    if (dataType === undefined) {
      throw new ValueError(
        "A message for another worker needs a type whose name is registered with both, as defineMessage makes it.",
      );
    }
    const dataContentType = this.#formatOf(dataType);
    return { dataType, dataContentType, data: this.#serializers.serialize(message, dataType, dataContentType) };
  }

  /** The same for an answer, which may be nothing, or JSON without a type. */
  writeReply(reply: unknown): Payload {
    if (reply === undefined || reply === null) return writeJson(NOTHING, null);
    return typeNameOf(reply) === undefined && isJson(reply) ? writeJson(PLAIN_JSON, reply) : this.write(reply);
  }

  /** A message of a type that is not registered here is read as an `UnknownPayload`. */
  read(payload: Payload | undefined): unknown {
    const { dataType = "", dataContentType = "", data = new Uint8Array() } = payload ?? {};
    if (dataType === NOTHING) return null;
    if (dataType === PLAIN_JSON) return JSON.parse(new TextDecoder().decode(data));
    return this.#serializers.deserialize(data, dataType, dataContentType);
  }

  /** @param entries further attributes. */
  writeEvent(
    { message, topicId, sender, messageId }: PublishedMessage,
    entries: readonly (readonly [string, string])[],
  ): CloudEvent {
    const { dataType, dataContentType, data } = this.write(message);
    const attributes: (readonly [string, string])[] = [
      ...entries,
      [EVENT_ATTRIBUTES.contentType, dataContentType],
      [EVENT_ATTRIBUTES.messageType, dataType],
      [EVENT_ATTRIBUTES.kind, "publish"],
    ];
    if (sender !== undefined) {
      attributes.push([EVENT_ATTRIBUTES.senderType, sender.type], [EVENT_ATTRIBUTES.senderKey, sender.key]);
    }
    const isJson = dataContentType === JSON_DATA_CONTENT_TYPE;
    return {
      id: messageId,
      source: topicId.source,
      specVersion: "1.0",
      type: topicId.type,
      attributes: new Map(attributes.map(([name, text]): [string, AttributeValue] => [name, { text }])),
      binaryData: isJson ? data : undefined,
      protoData: isJson ? undefined : data,
    };
  }

  /** @throws ValueError for an event in another format, and for one that cannot be read. */
  readEvent(event: CloudEvent): PublishedMessage {
    const attribute = (name: string): string => event.attributes.get(name)?.text ?? "";
    const dataType = attribute(EVENT_ATTRIBUTES.messageType);
    const dataContentType = attribute(EVENT_ATTRIBUTES.contentType);
    const isJson = dataContentType === JSON_DATA_CONTENT_TYPE;
    if (!isJson && dataContentType !== PROTOBUF_DATA_CONTENT_TYPE) {
      throw new ValueError(`Unsupported message content type: ${dataContentType}`);
    }
    const type = attribute(EVENT_ATTRIBUTES.senderType);
    const key = attribute(EVENT_ATTRIBUTES.senderKey);
    // Python says `unknown/unknown` when nobody sent it.
    const isUnknown = type === "" || (type === "unknown" && key === "unknown");
    return {
      message: this.read({ dataType, dataContentType, data: isJson ? event.binaryData : event.protoData }),
      topicId: new TopicId(event.type, event.source),
      sender: isUnknown ? undefined : new AgentId(type, key),
      messageId: event.id,
    };
  }

  #formatOf(typeName: string): PayloadFormat {
    const other = this.#preferred === JSON_DATA_CONTENT_TYPE ? PROTOBUF_DATA_CONTENT_TYPE : JSON_DATA_CONTENT_TYPE;
    const isOther =
      !this.#serializers.isRegistered(typeName, this.#preferred) && this.#serializers.isRegistered(typeName, other);
    return isOther ? other : this.#preferred;
  }
}

function writeJson(dataType: string, value: Json): Payload {
  const data = new TextEncoder().encode(JSON.stringify(value));
  return { dataType, dataContentType: JSON_DATA_CONTENT_TYPE, data };
}

/** @throws ValueError for a name that no agent can have. */
export function agentIdFromWire(id: WireAgentId): AgentId {
  return new AgentId(id.type, id.key);
}
