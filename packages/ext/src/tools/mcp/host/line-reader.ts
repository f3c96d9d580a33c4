import { throwIfAborted, RuntimeError } from "@tesserae/core";
import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";

/** Reads lines of a stream one by one; those that come early wait. */
export class LineReader {
  readonly #lines: string[] = [];
  readonly #interface: Interface;
  #isAtEnd = false;
  #wake: () => void = () => undefined;

  constructor(input: Readable) {
    this.#interface = createInterface({ input })
      .on("line", (line) => {
        this.#lines.push(line);
        this.#wake();
      })
      .on("close", () => {
        this.#isAtEnd = true;
        this.#wake();
      });
  }

  /**
   * The next line.
   *
   * @throws RuntimeError at the end of the input or, where there is a limit, after so many seconds; CancelledError.
   */
  async next(timeoutSeconds: number | undefined, signal: AbortSignal): Promise<string> {
    let isLate = false;
    const late = (): void => {
      isLate = true;
      this.#wake();
    };
    const timer = timeoutSeconds === undefined ? undefined : setTimeout(late, timeoutSeconds * 1000);
    const onAbort = (): void => this.#wake();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      for (;;) {
        throwIfAborted(signal);
        const line = this.#lines.shift();
        if (line !== undefined) return line;
        if (this.#isAtEnd) throw new RuntimeError("The input is at its end: nobody is there to answer.");
        if (isLate) throw new RuntimeError(`Nobody answered within ${timeoutSeconds} seconds.`);
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Lets go of the stream. */
  close(): void {
    this.#interface.close();
  }
}
