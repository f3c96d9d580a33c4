/** A message whose type nobody registered here: its bytes, as they came. */
export interface UnknownPayload {
  readonly type: "UnknownPayload";
  readonly typeName: string;
  readonly dataContentType: string;
  readonly payload: Uint8Array;
}

/** True for an {@link UnknownPayload}. */
export function isUnknownPayload(message: unknown): message is UnknownPayload {
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    message.type === "UnknownPayload" &&
    "payload" in message &&
    message.payload instanceof Uint8Array
  );
}
