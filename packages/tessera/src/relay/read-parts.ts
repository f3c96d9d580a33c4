import { IncomingMessage } from "node:http";

/** Who takes the parts of a body. */
export interface PartReceiver {
  onPart(part: Buffer): void;
  /** The body is whole. May come twice. */
  onWhole(): void;
}

const RECEIVER: unique symbol = Symbol("receiver");

interface WithReceiver extends IncomingMessage {
  [RECEIVER]?: PartReceiver;
}

/**
 * Hands over every part of an answer's body at once when it was read. The message's own stream, which would keep each
 * part for a while and emit an event for it, is passed by: that is a good part of what a stream of many small parts costs,
 * and what ends with a read can be ended with the same write. `error` of the message comes as ever; who wants to stop the
 * flow stops the message's socket.
 */
export function readParts(answer: WithReceiver, receiver: PartReceiver): void {
  answer[RECEIVER] = receiver;
  answer.push = pushPart;
  // A Node that does not call `push` for the parts comes to the same.
  answer.on("data", (part: Buffer) => receiver.onPart(part));
  answer.on("end", () => receiver.onWhole());
}

/** One function for all messages: one of its own for each would keep it from being collected soon. */
function pushPart(this: WithReceiver, part: unknown, encoding?: BufferEncoding): boolean {
  const receiver = this[RECEIVER];
  if (receiver !== undefined && Buffer.isBuffer(part)) {
    receiver.onPart(part);
    return true;
  }
  if (part === null && this.complete) receiver?.onWhole();
  return IncomingMessage.prototype.push.call(this, part, encoding);
}
