import { map, messageCodec, nested, optionalBytes, optionalText, text, type MessageCodec } from "./fields.ts";

/** `io.cloudevents.v1.CloudEvent.CloudEventAttributeValue`: a text; the kinds that nobody writes here are skipped. */
export interface AttributeValue {
  readonly text: string | undefined;
}

/** `io.cloudevents.v1.CloudEvent`: a message that is published. */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly specVersion: string;
  readonly type: string;
  readonly attributes: ReadonlyMap<string, AttributeValue | undefined>;
  /** A message in JSON. */
  readonly binaryData: Uint8Array | undefined;
  /** The bytes of a `google.protobuf.Any`: a protobuf message. */
  readonly protoData: Uint8Array | undefined;
}

/** Writes and reads {@link CloudEvent}. */
export const cloudEvent: MessageCodec<CloudEvent> = messageCodec({
  id: text(1),
  source: text(2),
  specVersion: text(3),
  type: text(4),
  attributes: map(5, nested(2, messageCodec<AttributeValue>({ text: optionalText(3) }))),
  binaryData: optionalBytes(6),
  protoData: optionalBytes(8),
});

/** The attributes of an event, all texts; Python AutoGen has the same. */
export const EVENT_ATTRIBUTES = {
  contentType: "datacontenttype",
  messageType: "dataschema",
  senderType: "agagentsendertype",
  senderKey: "agagentsenderkey",
  kind: "agmsgkind",
} as const;
