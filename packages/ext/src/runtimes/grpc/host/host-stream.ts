import type { ServerDuplexStream } from "@grpc/grpc-js";

/** The host's end of one stream of a worker: what is written to it, and reading no faster than the others take. */
export class HostStream<Message> {
  readonly #call: ServerDuplexStream<Message, Partial<Message>>;
  /** The streams that must drain before more is read of this one. */
  readonly #blockers = new Set<unknown>();
  #open = true;

  /** @param left is called once, when the worker has cancelled the call or its connection has dropped. */
  constructor(
    call: ServerDuplexStream<Message, Partial<Message>>,
    listener: { readonly message: (message: Message) => void; readonly left: () => void },
  ) {
    this.#call = call;
    const leave = (): void => {
      if (!this.#open) return;
      this.#open = false;
      listener.left();
    };
    // As many as there are workers may wait for this one.
    call.setMaxListeners(0);
    call.on("data", listener.message);
    // A worker that only says no more (`end`) still gets messages, as with the host of Python.
    call.on("cancelled", leave);
    call.on("close", leave);
    call.on("error", leave);
  }

  /** Passes a message on; `source`, the stream that it came from, is not read while this one is full. */
  send(message: Partial<Message>, source?: HostStream<Message>): void {
    if (!this.#open || this.#call.write(message) || source === undefined) return;
    const blocker = this.#call;
    if (!source.#block(blocker)) return;
    const resume = (): void => {
      blocker.off("drain", resume);
      blocker.off("close", resume);
      source.#unblock(blocker);
    };
    blocker.on("drain", resume);
    blocker.on("close", resume);
  }

  /** Ends the stream; that it ends is not told. */
  close(): void {
    this.#open = false;
    this.#call.end();
  }

  /** False when it is blocked by that one already. */
  #block(blocker: unknown): boolean {
    if (this.#blockers.has(blocker)) return false;
    this.#blockers.add(blocker);
    this.#call.pause();
    return true;
  }

  #unblock(blocker: unknown): void {
    if (this.#blockers.delete(blocker) && this.#blockers.size === 0 && this.#open) this.#call.resume();
  }
}
