import { ValueError } from "../errors/kinds.ts";
import { tryGetKnownSerializersForType } from "../messages/known-serializers.ts";
import type { MessageSerializer } from "../messages/message-serializer.ts";
import { AnyMessage, type MessageClass, type MessageType } from "../messages/message-type.ts";

/** A message type that agents handle; with a serializer of its own where it has none. */
export type HandledType =
  | MessageType
  | MessageClass
  | { readonly type: MessageType | MessageClass; readonly serializer: MessageSerializer };

/** The serializers of handled types. @throws ValueError for a type that has none. */
export function serializersOf(handled: readonly HandledType[]): readonly MessageSerializer[] {
  const found = new Set<MessageSerializer>();
  for (const item of handled) {
    if (item === AnyMessage) continue;
    const serializers = "serializer" in item ? [item.serializer] : tryGetKnownSerializersForType(item);
    if (serializers.length === 0) {
      throw new ValueError(
        `No serializer found for the message type ${nameOf(item)}. ` +
          "Use defineMessage, give the class a static typeName, or pass a serializer.",
      );
    }
    for (const serializer of serializers) found.add(serializer);
  }
  return [...found];
}

function nameOf(item: HandledType): string {
  if ("typeName" in item && typeof item.typeName === "string") return item.typeName;
  return typeof item === "function" ? item.name : "without a name";
}
