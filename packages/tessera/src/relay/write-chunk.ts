import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Smaller parts are written as one text: the system is called once, and nothing is allocated for it. */
const ONE_TEXT = 12 * 1024;

/** Writes bytes as one chunk of the chunked coding (RFC 9112, 7.1); false where the other side is slow. */
export function writeChunk(socket: Socket, bytes: Buffer): boolean {
  // An empty chunk would be the end.
  if (bytes.length === 0) return true;
  const size = bytes.length.toString(16);
  if (bytes.length < ONE_TEXT) return socket.write(`${size}\r\n${bytes.toString("latin1")}\r\n`, "latin1");
  socket.cork();
  socket.write(`${size}\r\n`, "latin1");
  socket.write(bytes);
  const isTaken = socket.write("\r\n", "latin1");
  socket.uncork();
  return isTaken;
}

/** Whether the system has taken all of an answer that was written, so that nobody reads the memory that it lay in. */
export function isTaken(response: ServerResponse): boolean {
  return response.socket !== null && response.writableLength === 0;
}
