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

/**
 * The package's transport, with one thing added: when the stream of an answer breaks, and cannot be taken up again, the
 * request fails. By itself the package would let it wait until its time is over.
 */
export function streamableHttpTransport(
  url: URL,
  options: StreamableHTTPClientTransportOptions,
  sdk: McpSdk,
): StreamableHTTPClientTransport {
  class FailingTransport extends sdk.StreamableHTTPClientTransport {
    override send(message: JSONRPCMessage | JSONRPCMessage[], given: SendOptions = {}): Promise<void> {
      if (Array.isArray(message) || !("method" in message) || !("id" in message)) return super.send(message, given);
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
  return new FailingTransport(url, options);
}
