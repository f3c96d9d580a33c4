import { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { errorHeaders, undecidedErrorBody } from "./errors/error-answer.ts";
import { badRequest, RelayError } from "./errors/relay-error.ts";

/** The methods that some path of the gateway has. */
const METHODS = "GET, POST, DELETE";

/**
 * Answers what Node could not read as a request, and ends its connection: nobody knows yet which dialect it would have
 * been.
 *
 * @param limit of the headers, in bytes.
 */
export function answerUnreadable(error: Error, socket: Socket, limit: number): void {
  const code: unknown = "code" in error ? error.code : undefined;
  if (code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  if (code === "HPE_HEADER_OVERFLOW") {
    refuse(
      socket,
      "Request Header Fields Too Large",
      new RelayError(431, CODE, `The headers are larger than ${limit} bytes.`),
    );
  } else if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    refuse(socket, "Request Timeout", new RelayError(408, CODE, "The request came too slowly."));
  } else if (code === "HPE_INVALID_METHOD" && isRequestLine(error)) {
    refuse(socket, "Method Not Allowed", noMethod("The gateway knows no such method."));
  } else {
    refuse(socket, "Bad Request", badRequest("The request is no valid HTTP."));
  }
}

/** Answers who takes the gateway for a proxy that tunnels. Node has let go of the connection: nobody else ends it. */
export function answerTunnel(socket: Socket): void {
  socket.on("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  refuse(socket, "Method Not Allowed", noMethod("The gateway is no proxy: it has no CONNECT."));
}

const CODE = "tessera_bad_request";

function noMethod(message: string): RelayError {
  return new RelayError(405, CODE, message, { headers: ["allow", METHODS] });
}

/** Whether what Node stumbled over is the first line of a request, with a method that it does not know (RFC 9112, 3). */
function isRequestLine(error: Error): boolean {
  const packet: unknown = Reflect.get(error, "rawPacket");
  const place: unknown = Reflect.get(error, "bytesParsed");
  if (!(packet instanceof Uint8Array) || typeof place !== "number") return false;
  const start = place === 0 ? 0 : packet.lastIndexOf(LINE_FEED, place - 1) + 1;
  const line = Buffer.from(packet.subarray(start, start + LONGEST_LINE)).toString("latin1");
  return /^[!#$%&'*+.^_`|~\w-]+ \S+ HTTP\/1\.[01]\r?\n/.test(line);
}

const LINE_FEED = 10;
const LONGEST_LINE = 16 * 1024;

/** Answers when what was asked before over the same connection is answered, and ends the connection. */
function refuse(socket: Socket, reason: string, refusal: RelayError): void {
  const before = answerUnderWay(socket);
  // A request whose own body cannot be read has its answer, or this is it.
  if (before !== undefined && before.req.complete) {
    before.once("close", () => refuse(socket, reason, refusal));
    return;
  }
  if (!socket.writable || before?.headersSent === true) {
    socket.destroy();
    return;
  }
  const body = undecidedErrorBody(refusal);
  const headers = errorHeaders(refusal).map((text, place) => text + (place % 2 === 0 ? ": " : "\r\n"));
  const head = `HTTP/1.1 ${refusal.status} ${reason}\r\n${headers.join("")}`;
  socket.end(`${head}connection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** The answer that goes over a connection now. Node tells of it nowhere, and looks for it here itself. */
function answerUnderWay(socket: Socket): ServerResponse | undefined {
  const found: unknown = Reflect.get(socket, "_httpMessage");
  return found instanceof ServerResponse ? found : undefined;
}
