import { randomUUID } from "node:crypto";
import { CancelledError, MessageTimeoutError } from "@tesserae/core";

/** Node fires timers that are longer at once; who says more wants to wait for ever. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long a caller waits, and what makes it give up. */
export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

interface OpenCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly end: () => void;
}

/** The calls of this worker that other workers have not answered yet. */
export class RemoteCalls {
  readonly #open = new Map<string, OpenCall>();

  /** A call that waits. @param recipient who is named when it waits in vain. */
  begin(
    recipient: string,
    { timeoutMs, signal }: CallLimits,
  ): { readonly id: string; readonly reply: Promise<unknown> } {
    const id = randomUUID();
    const reply = new Promise<unknown>((resolve, reject) => {
      const aborted = (): void => this.fail(id, new CancelledError(undefined, { cause: signal?.reason }));
      const timer =
        timeoutMs > LONGEST_TIMER_MS
          ? undefined
          : setTimeout(() => this.fail(id, new MessageTimeoutError(recipient, timeoutMs)), timeoutMs);
      const end = (): void => {
        this.#open.delete(id);
        clearTimeout(timer);
        signal?.removeEventListener("abort", aborted);
      };
      this.#open.set(id, { resolve, reject, end });
      signal?.addEventListener("abort", aborted, { once: true });
    });
    return { id, reply };
  }

  /** Takes an answer; one that nobody waits for any more is dropped. */
  settle(id: string, answer: () => unknown): void {
    const call = this.#open.get(id);
    if (call === undefined) return;
    call.end();
    try {
      call.resolve(answer());
    } catch (error) {
      call.reject(error);
    }
  }

  fail(id: string, error: unknown): void {
    const call = this.#open.get(id);
    call?.end();
    call?.reject(error);
  }

  failAll(error: unknown): void {
    for (const id of this.#open.keys()) this.fail(id, error);
  }
}
