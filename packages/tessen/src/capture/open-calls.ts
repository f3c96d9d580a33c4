import type { StreamEnd } from "../events/tessen-event.ts";

/** A call whose answer is still on its way, or awaited. */
export interface OpenCall {
  /** When something last came, by `performance.now()`. */
  readonly lastActivity: number;
  /** Records the call as it stands. */
  close(end: Extract<StreamEnd, "idle" | "shutdown">): void;
}

/** The calls that are not recorded yet. One that nobody reads is recorded after a while, and all of them at the end. */
export class OpenCalls {
  readonly #open = new Set<OpenCall>();
  readonly #idleMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** How many calls are open. */
  get size(): number {
    return this.#open.size;
  }

  add(call: OpenCall): void {
    this.#open.add(call);
    this.#timer ??= setInterval(() => this.#closeIdle(), Math.max(1000, this.#idleMs / 4)).unref();
  }

  delete(call: OpenCall): void {
    this.#open.delete(call);
  }

  /** Records every open call. */
  closeAll(): void {
    for (const call of this.#open) call.close("shutdown");
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #closeIdle(): void {
    const limit = performance.now() - this.#idleMs;
    for (const call of this.#open) {
      if (call.lastActivity < limit) call.close("idle");
    }
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
