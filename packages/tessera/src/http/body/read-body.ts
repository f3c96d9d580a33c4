import type { IncomingMessage } from "node:http";
import { RelayError } from "../errors/relay-error.ts";
import type { RequestHead } from "../head/request-head.ts";

/** Who waits for a body. Exactly one of the three is called, once. */
export interface BodyReceiver {
  onBody(body: Buffer): void;
  /** The body is too large. What follows of it is read and thrown away, so that the answer is heard. */
  onTooLarge(error: RelayError): void;
  /** The caller went before the body was whole. */
  onGone(): void;
}

const EMPTY = Buffer.alloc(0);

/**
 * Reads the whole body of a request, up to a limit in bytes, and what the head says of it. A body that came in one piece is
 * not copied.
 */
export function readBody(
  request: IncomingMessage,
  { hasBody, bodyLength }: Pick<RequestHead, "hasBody" | "bodyLength">,
  limit: number,
  receiver: BodyReceiver,
): void {
  if (!hasBody) {
    request.resume();
    receiver.onBody(EMPTY);
    return;
  }
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  let isOver = false;
  const refuse = (): void => {
    isOver = true;
    first = undefined;
    more = undefined;
    receiver.onTooLarge(
      new RelayError(413, "tessera_body_too_large", `The body is larger than ${limit} bytes, which is the limit.`),
    );
  };
  request.on("data", (chunk: Buffer) => {
    if (isOver) return;
    size += chunk.length;
    if (size > limit) refuse();
    else if (first === undefined) first = chunk;
    else (more ??= [first]).push(chunk);
  });
  request.on("end", () => {
    if (isOver) return;
    isOver = true;
    receiver.onBody(more === undefined ? (first ?? EMPTY) : Buffer.concat(more, size));
  });
  request.on("close", () => {
    if (isOver) return;
    isOver = true;
    receiver.onGone();
  });
  request.on("error", () => {
    // `close` follows.
  });
  if (bodyLength !== undefined && bodyLength > limit) refuse();
}
