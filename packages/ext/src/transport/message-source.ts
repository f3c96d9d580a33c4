import type { ClientRequest, IncomingMessage } from "node:http";
import type { BodySink, BodySource } from "./response-body.ts";

/** The body of a message of `node:http`, pushed as it comes from the socket. */
export class MessageSource implements BodySource {
  readonly #request: ClientRequest;
  readonly #message: IncomingMessage;
  readonly #errorOf: (cause: Error) => Error;

  constructor(request: ClientRequest, message: IncomingMessage, errorOf: (cause: Error) => Error) {
    this.#request = request;
    this.#message = message;
    this.#errorOf = errorOf;
  }

  start(sink: BodySink): void {
    const message = this.#message;
    const fail = (cause: Error): void => sink.fail(this.#errorOf(cause));
    message.on("data", (chunk: Uint8Array) => sink.data(chunk));
    message.on("end", () => sink.end());
    message.on("error", fail);
    message.on("close", () => {
      if (!message.readableEnded) fail(new Error("the connection was closed"));
    });
  }

  pause(): void {
    this.#message.pause();
  }

  resume(): void {
    this.#message.resume();
  }

  destroy(): void {
    // What has come completely is only let go: the connection stays usable.
    if (this.#message.complete) this.#message.resume();
    else this.#request.destroy();
  }
}
