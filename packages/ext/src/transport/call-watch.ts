import { CancelledError } from "@tesserae/core";
import { describeUrl, TransportError } from "./transport-error.ts";
import type { HttpRequest } from "./types.ts";

type Timer = ReturnType<typeof setTimeout>;

/**
 * What may end one call from outside: the caller's signal and the timeouts.
 *
 * `end` is called at most once, with the error that pending work must fail with. `close()` takes all listeners and
 * timers away and must be called when the call is over, however it ended: a signal that outlives many calls gathers
 * nothing.
 */
export class CallWatch {
  readonly #request: HttpRequest;
  #end: ((error: Error) => void) | undefined;
  #onAbort: (() => void) | undefined;
  #total: Timer | undefined;
  #firstByte: Timer | undefined;
  #idle: Timer | undefined;
  /** Somebody waits for the server. While the reader is busy with what it has, silence is not the server's fault. */
  #waiting = false;

  constructor(request: HttpRequest, end: (error: Error) => void) {
    this.#request = request;
    this.#end = end;
    const { signal, timeoutMs, firstByteTimeoutMs } = request;
    if (signal !== undefined) {
      // By a name: V8 puts a function that is written where a member is assigned into its old space, where it keeps the
      // whole call until a full collection.
      const onAbort = (): void => this.fire(new CancelledError(undefined, { cause: signal.reason }));
      this.#onAbort = onAbort;
      signal.addEventListener("abort", onAbort, { once: true });
    }
    if (timeoutMs !== undefined) {
      this.#total = setTimeout(() => this.#expire("was not complete", timeoutMs, "timeoutMs"), timeoutMs);
    }
    if (firstByteTimeoutMs !== undefined) {
      this.#firstByte = setTimeout(
        () => this.#expire("did not begin", firstByteTimeoutMs, "firstByteTimeoutMs"),
        firstByteTimeoutMs,
      );
    }
  }

  /** The headers are here: from now on silence counts. */
  headersArrived(): void {
    clearTimeout(this.#firstByte);
    this.#firstByte = undefined;
  }

  /** Bytes arrived. */
  activity(): void {
    if (this.#idle !== undefined) this.#restartIdle();
  }

  /** Somebody begins, or stops, to wait for bytes. */
  waiting(waiting: boolean): void {
    this.#waiting = waiting;
    if (waiting) this.#restartIdle();
  }

  /** Ends the call with an error, unless it is over. */
  fire(error: Error): void {
    const end = this.#end;
    this.close();
    end?.(error);
  }

  /** All bytes are here: time no longer matters, an abort still does. */
  stopTimers(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#firstByte);
    clearTimeout(this.#idle);
    this.#idle = undefined;
  }

  /** The call is over. */
  close(): void {
    if (this.#end === undefined) return;
    this.#end = undefined;
    if (this.#onAbort !== undefined) this.#request.signal?.removeEventListener("abort", this.#onAbort);
    this.stopTimers();
  }

  #restartIdle(): void {
    const { idleTimeoutMs } = this.#request;
    if (idleTimeoutMs === undefined || this.#end === undefined) return;
    // Node's timers can be moved on for next to nothing; elsewhere a timer may be a bare number.
    if (typeof this.#idle?.refresh === "function") {
      this.#idle.refresh();
      return;
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#waiting) this.#expire("went silent and sent nothing", idleTimeoutMs, "idleTimeoutMs");
    }, idleTimeoutMs);
  }

  #expire(what: string, milliseconds: number, option: string): void {
    const message = `The response of ${describeUrl(this.#request.url)} ${what} within ${milliseconds} ms (${option}).`;
    this.fire(new TransportError("ERR_HTTP_TIMEOUT", message));
  }
}
