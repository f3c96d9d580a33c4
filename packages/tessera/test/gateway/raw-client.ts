import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { KEY } from "./parts.ts";

/** An answer byte for byte. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly trailers: NodeJS.Dict<string>;
}

/** Headers that every call of these tests needs. */
export const AUTHORIZED: Readonly<Record<string, string>> = {
  "x-tessera-api-key": KEY,
  authorization: "Bearer sk-provider",
  "content-type": "application/json",
};

/** Begins a request; resolves with the answer whose body was not read. Rejects when the connection breaks before. */
export function open(
  url: string,
  body: string | Buffer | undefined,
  headers: Readonly<Record<string, string>> = AUTHORIZED,
  method: string = body === undefined ? "GET" : "POST",
): { readonly answer: Promise<IncomingMessage>; destroy(): void } {
  const outgoing = request(url, { method, headers, agent: false });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
  });
  outgoing.end(body);
  return { answer, destroy: () => outgoing.destroy() };
}

/** Sends a request and reads all of the answer. Rejects when it breaks off. */
export async function call(
  url: string,
  body?: string | Buffer,
  headers?: Readonly<Record<string, string>>,
  method?: string,
): Promise<RawAnswer> {
  const answer = await open(url, body, headers, method).answer;
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const { statusCode = 0, rawHeaders, trailers } = answer;
  return { status: statusCode, headers: answer.headers, rawHeaders, body: Buffer.concat(chunks), trailers };
}

/** Sends bytes as they are, and gives all that comes back until the connection ends. */
export function sendBytes(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}
