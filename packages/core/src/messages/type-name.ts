/**
 * The name of a message's type: its `type`, else the `$typeName` of a generated protobuf message,
 * else the `static typeName` of its own class. Never the name of the class, which bundlers change.
 */
export function typeNameOf(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const tag: unknown = Reflect.get(message, "type");
  if (typeof tag === "string") return tag;
  const protobufName: unknown = Reflect.get(message, "$typeName");
  if (typeof protobufName === "string") return protobufName;
  const messageClass: unknown = Reflect.get(message, "constructor");
  return typeof messageClass === "function" ? ownTypeName(messageClass) : undefined;
}

/** The `static typeName` that a class declares itself: a subclass is another type. */
export function ownTypeName(messageClass: object): string | undefined {
  const name: unknown = Object.hasOwn(messageClass, "typeName") ? Reflect.get(messageClass, "typeName") : undefined;
  return typeof name === "string" ? name : undefined;
}
