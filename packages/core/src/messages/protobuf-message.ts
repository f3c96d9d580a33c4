import { ValueError } from "../errors/kinds.ts";
import { packAny, unpackAny } from "./any-codec.ts";
import { PROTOBUF_DATA_CONTENT_TYPE, type MessageSerializer } from "./message-serializer.ts";
import { MESSAGE_TYPE, type MessageType } from "./message-type.ts";

/** What must be known of a generated protobuf type; adapters for protobuf-es and protobufjs are two lines each. */
export interface ProtobufCodec<T> {
  /** The full name, such as `agents.ProtoMessage`. */
  readonly typeName: string;
  readonly encode: (message: T) => Uint8Array;
  readonly decode: (payload: Uint8Array) => T;
}

/**
 * The message type of a generated protobuf type. Its messages are written packed in `google.protobuf.Any`.
 * Handlers find them by their `$typeName`, which protobuf-es gives every message; else register their class.
 */
export function protobufMessage<T>(codec: ProtobufCodec<T>): MessageType<T> {
  const { typeName } = codec;
  const serializer: MessageSerializer<T> = {
    dataContentType: PROTOBUF_DATA_CONTENT_TYPE,
    typeName,
    serialize: (message) => packAny(typeName, codec.encode(message)),
    deserialize: (payload) => {
      const packed = unpackAny(payload);
      if (packed.typeName === typeName) return codec.decode(packed.value);
      throw new ValueError(`Expected a packed ${typeName}, got ${packed.typeUrl}.`, { code: "ERR_MESSAGE_INVALID" });
    },
  };
  return { [MESSAGE_TYPE]: true, typeName, serializers: [serializer] };
}
