import type { MessageSerializer } from "./message-serializer.ts";

/** Marks message types, also those of another copy of this package. */
export const MESSAGE_TYPE: unique symbol = Symbol.for("tesserae.MessageType") as never;

/** A type of messages: what handlers are declared for. Made by `defineMessage` and `protobufMessage`. */
export interface MessageType<T = unknown> {
  readonly [MESSAGE_TYPE]: true;
  /** What such messages carry as their `type` (protobuf: `$typeName`), and their name on the wire. */
  readonly typeName: string;
  readonly serializers: readonly MessageSerializer<T>[];
}

/**
 * A class whose instances are messages. `typeName` is their name on the wire, `schema` checks what is read;
 * both must be declared by the class itself. Only direct instances count: a subclass is another type.
 */
export interface MessageClass<T extends object = object> {
  new (...args: never[]): T;
  readonly typeName?: string | undefined;
}

/** The type of the messages of a type or class. */
export type MessageOf<Type> =
  Type extends MessageType<infer T> ? T : Type extends abstract new (...args: never[]) => infer T ? T : never;

/** True for what `defineMessage` and `protobufMessage` make. */
export function isMessageType(value: unknown): value is MessageType {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    MESSAGE_TYPE in value &&
    value[MESSAGE_TYPE] === true
  );
}

/** Stands for messages of every type; its handlers are asked after those for the exact type. */
export const AnyMessage: MessageType<unknown> = /* @__PURE__ */ Object.freeze({
  [MESSAGE_TYPE]: true as const,
  typeName: "*",
  serializers: /* @__PURE__ */ Object.freeze([]),
});
