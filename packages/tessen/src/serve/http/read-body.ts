import type { IncomingMessage } from "node:http";

/** More than any provider takes. */
export const MOST_BYTES: number = 64 * 1024 * 1024;

/** Reads the body of a request; `undefined` when it has more than {@link MOST_BYTES}. */
export async function readBody(message: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.byteLength;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  }
  return bytes <= MOST_BYTES ? Buffer.concat(chunks, bytes) : undefined;
}
