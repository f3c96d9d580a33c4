import { Client, Metadata, credentials, type ClientDuplexStream } from "@grpc/grpc-js";

/** A client that speaks the protocol byte by byte, and so may do what no worker does. */
export class RawClient {
  readonly #client: Client;
  readonly metadata = new Metadata();

  constructor(address: string, clientId?: string) {
    this.#client = new Client(address, credentials.createInsecure());
    if (clientId !== undefined) this.metadata.set("client-id", clientId);
  }

  /** Resolves with the bytes of the answer. */
  call(method: string, request: Uint8Array = new Uint8Array()): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        `/agents.AgentRpc/${method}`,
        (bytes: Buffer) => bytes,
        (bytes) => bytes,
        Buffer.from(request),
        this.metadata,
        (error, value) => (error === null ? resolve(value ?? Buffer.alloc(0)) : reject(error)),
      );
    });
  }

  stream(method: "OpenChannel" | "OpenControlChannel" = "OpenChannel"): ClientDuplexStream<Buffer, Buffer> {
    const stream = this.#client.makeBidiStreamRequest(
      `/agents.AgentRpc/${method}`,
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      this.metadata,
    );
    stream.on("error", () => undefined);
    stream.resume();
    return stream;
  }

  /** How many subscriptions the host lists. */
  async subscriptions(): Promise<number> {
    const bytes = await this.call("GetSubscriptions");
    let count = 0;
    for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) count += 1;
    return count;
  }

  close(): void {
    this.#client.close();
  }
}

/** A message of one `string` field that is its first, such as RegisterAgentTypeRequest. */
export function firstField(value: string | Uint8Array, number: number = 1): Uint8Array {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
}
