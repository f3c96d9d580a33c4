import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Reply } from "../answer-source.ts";
import type { Fault } from "../fault.ts";

/** How a reply is sent. */
export interface SendOptions {
  /** How long each event of a stream takes, in milliseconds. */
  readonly paceMs: number;
  /** How long the first byte takes, in milliseconds. */
  readonly delayMs: number;
  readonly fault: Fault | undefined;
  /** Aborted when the client has gone; a send then rejects. */
  readonly signal: AbortSignal;
}

/** Sends a reply, or what the fault makes of it. Resolves when all that will be sent is sent. */
export async function sendReply(response: ServerResponse, reply: Reply, options: SendOptions): Promise<void> {
  const { fault, signal } = options;
  const delay = options.delayMs + (fault?.type === "slow" ? fault.ms : 0);
  if (delay > 0) await wait(delay, undefined, { signal });
  if (fault?.type === "reset") {
    response.socket?.resetAndDestroy();
  } else if (fault?.type === "garbage" && fault.of === "http") {
    response.socket?.end("This is no HTTP.\r\n\r\n");
  } else if (fault?.type === "cut") {
    await sendPart(response, reply, fault.afterBytes, options);
    response.socket?.destroy();
  } else if (fault?.type === "stall") {
    if (fault.afterBytes !== undefined) await sendPart(response, reply, fault.afterBytes, options);
    await untilAborted(signal);
  } else {
    await sendWhole(response, reply, options);
  }
}

async function sendWhole(response: ServerResponse, reply: Reply, options: SendOptions): Promise<void> {
  const { status, headers, pieces, stream } = reply;
  if (stream && options.paceMs > 0) {
    response.writeHead(status, headers);
    response.flushHeaders();
    for (const piece of pieces) {
      await wait(options.paceMs, undefined, { signal: options.signal });
      await write(response, piece, options.signal);
    }
    response.end();
    return;
  }
  const bytes = bytesOf(pieces);
  // A stream is chunked, as with the providers; a whole body says its length.
  response.writeHead(status, stream ? headers : { ...headers, "content-length": bytes.byteLength });
  response.end(bytes);
}

/** Sends the head and the first bytes of the body, and nothing that would end it. */
async function sendPart(response: ServerResponse, reply: Reply, most: number, options: SendOptions): Promise<void> {
  const { paceMs, signal } = options;
  response.writeHead(reply.status, reply.headers);
  response.flushHeaders();
  const isPaced = reply.stream && paceMs > 0;
  let left = most;
  for (const piece of isPaced ? reply.pieces : [bytesOf(reply.pieces)]) {
    if (left === 0) return;
    if (isPaced) await wait(paceMs, undefined, { signal });
    const part = Buffer.from(piece).subarray(0, left);
    left -= part.byteLength;
    await flushed(response, part);
  }
}

/** Writes; resolves when the next may be written. */
async function write(response: ServerResponse, piece: string | Uint8Array, signal: AbortSignal): Promise<void> {
  if (!response.write(piece)) await once(response, "drain", { signal });
}

/** Writes; resolves when the socket has taken it, so that an end of the connection comes after it. */
async function flushed(response: ServerResponse, piece: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => response.write(piece, () => resolve()));
}

function bytesOf(pieces: Reply["pieces"]): Buffer {
  if (pieces.every((piece) => typeof piece === "string")) return Buffer.from(pieces.join(""));
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
