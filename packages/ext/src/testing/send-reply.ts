import type { ServerResponse } from "node:http";
import { ReplyStream } from "./reply-stream.ts";
import { type BodyReply, type EventsReply, eventText, type TestReply } from "./test-reply.ts";

/** Sends one reply; resolves when all that will be sent is sent. */
export async function sendReply(response: ServerResponse, reply: TestReply): Promise<void> {
  switch (reply.type) {
    case "body":
    case "events": {
      const bytes = beginBody(response, reply);
      await sendBytes(response, bytes, reply.chunkBytes);
      response.end();
      return;
    }
    case "reset":
      if (reply.when === "after-headers") {
        response.writeHead(reply.status ?? 200, { ...reply.headers });
        await sendBytes(response, Buffer.of(0x20), undefined);
      }
      response.socket?.resetAndDestroy();
      return;
    case "cut": {
      const bytes = beginBody(response, reply.reply);
      await sendBytes(response, bytes.subarray(0, reply.afterBytes), reply.reply.chunkBytes);
      response.socket?.destroy();
      return;
    }
    case "stall": {
      if (reply.reply === undefined) return;
      const bytes = beginBody(response, reply.reply);
      response.flushHeaders();
      await sendBytes(response, bytes.subarray(0, reply.afterBytes ?? 0), reply.reply.chunkBytes);
      return;
    }
    case "garbage":
      response.socket?.end(reply.bytes);
      return;
    case "stream": {
      response.writeHead(reply.status ?? 200, { "content-type": "text/event-stream", ...reply.headers });
      response.flushHeaders();
      await reply.write(new ReplyStream(response));
      response.end();
      return;
    }
  }
}

/** Writes the head of a whole reply and gives the bytes of its body. */
function beginBody(response: ServerResponse, reply: BodyReply | EventsReply): Buffer {
  const { bytes, contentType } = contentOf(reply);
  // A stream is chunked, as with the providers; a whole body says its length.
  const length =
    reply.type === "events" || reply.chunkBytes !== undefined ? {} : { "content-length": bytes.byteLength };
  response.writeHead(reply.status ?? 200, {
    ...(contentType === undefined ? {} : { "content-type": contentType }),
    ...length,
    ...reply.headers,
  });
  return bytes;
}

function contentOf(reply: BodyReply | EventsReply): { bytes: Buffer; contentType?: string } {
  if (reply.type === "events") return { bytes: Buffer.from(eventText(reply.events)), contentType: "text/event-stream" };
  const { body } = reply;
  if (body === undefined) return { bytes: Buffer.alloc(0) };
  if (body instanceof Uint8Array) return { bytes: Buffer.from(body), contentType: "application/octet-stream" };
  if (typeof body === "string") return { bytes: Buffer.from(body), contentType: "text/plain; charset=utf-8" };
  return { bytes: Buffer.from(JSON.stringify(body)), contentType: "application/json" };
}

/** Each piece is written when the socket has taken the one before, so that pieces stay apart. */
async function sendBytes(response: ServerResponse, bytes: Buffer, pieceBytes: number | undefined): Promise<void> {
  const size = Math.max(1, pieceBytes ?? bytes.byteLength);
  for (let offset = 0; offset < bytes.byteLength; offset += size) {
    const piece = bytes.subarray(offset, offset + size);
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    if (response.destroyed) return;
    if (pieceBytes !== undefined) await new Promise((resolve) => setImmediate(resolve));
  }
}
