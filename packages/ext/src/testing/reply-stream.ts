import type { ServerResponse } from "node:http";
import { eventText, type TestEvent, type TestStream } from "./test-reply.ts";

/** A body that a test writes piece by piece. */
export class ReplyStream implements TestStream {
  readonly #response: ServerResponse;
  readonly whenClosed: Promise<void>;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.whenClosed = new Promise((resolve) => {
      if (response.closed) resolve();
      else response.once("close", () => resolve());
    });
  }

  get closed(): boolean {
    return this.#response.closed || this.#response.destroyed;
  }

  async send(chunk: string | Uint8Array): Promise<void> {
    if (this.closed || this.#response.write(chunk)) return;
    await Promise.race([
      new Promise<void>((resolve) => this.#response.once("drain", () => resolve())),
      this.whenClosed,
    ]);
  }

  event(event: TestEvent): Promise<void> {
    return this.send(eventText([event]));
  }

  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }
}
