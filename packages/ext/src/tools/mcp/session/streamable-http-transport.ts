import type {
  JSONRPCMessage,
  StreamableHTTPClientTransport,
  StreamableHTTPClientTransportOptions,
} from "@modelcontextprotocol/client";
import type { McpSdk } from "./load-package.ts";

/** What stands in the data of an error that no server sent: the stream of an answer ended before the answer. */
export const CUT_STREAM = "tesserae.cut-stream";
type SendOptions = Parameters<StreamableHTTPClientTransport["send"]>[1];
const SERVER_ERROR = -32_000;

/** The package's transport, and a way to wait for what it is sending. */
export interface StreamableHttp {
  readonly transport: StreamableHTTPClientTransport;
  /** Waits until the server has the notifications that were sent, or will not get them. */
  sent(): Promise<unknown>;
}

/**
 * The package's transport, with two things added. When the stream of an answer breaks, and cannot be taken up again, the
 * request fails: by itself the package would let it wait until its time is over. And who closes it can wait for what is
 * being sent, such as that a request is cancelled: a close would keep it from arriving.
 */
export function streamableHttpTransport(
  url: URL,
  options: StreamableHTTPClientTransportOptions,
  sdk: McpSdk,
): StreamableHttp {
  const sending = new Set<Promise<void>>();
  class FailingTransport extends sdk.StreamableHTTPClientTransport {
    override send(message: JSONRPCMessage | JSONRPCMessage[], given: SendOptions = {}): Promise<void> {
      if (Array.isArray(message) || !("method" in message)) return super.send(message, given);
      if (!("id" in message)) {
        const sent = super.send(message, given);
        sending.add(sent);
        const forget = (): void => void sending.delete(sent);
        sent.then(forget, forget);
        return sent;
      }
      const { id } = message;
      const onRequestStreamEnd = (): void => {
        given.onRequestStreamEnd?.();
        // The end of a stream is told also after an answer: then nobody waits for another, and this one is passed over.
        const error = { code: SERVER_ERROR, message: "The connection broke before the answer.", data: CUT_STREAM };
        this.onmessage?.({ jsonrpc: "2.0", id, error });
      };
      return super.send(message, { ...given, onRequestStreamEnd });
    }
  }
  return { transport: new FailingTransport(url, options), sent: () => Promise.allSettled(sending) };
}
