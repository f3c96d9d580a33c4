/** The content type of messages written as JSON. */
export const JSON_DATA_CONTENT_TYPE = "application/json";

/** The content type of messages written as protobuf, packed in `google.protobuf.Any`. */
export const PROTOBUF_DATA_CONTENT_TYPE = "application/x-protobuf";

/** Writes and reads the messages of one type in one format. */
export interface MessageSerializer<T = unknown> {
  readonly dataContentType: string;
  readonly typeName: string;
  /** Other names under which the type is read, for messages written by older versions. */
  readonly aliases?: readonly string[] | undefined;
  serialize(message: T): Uint8Array;
  /** @throws ValueError when the bytes are not such a message. */
  deserialize(payload: Uint8Array): T;
}
