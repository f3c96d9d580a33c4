import { emitKeypressEvents } from "node:readline";
import { isatty } from "node:tty";
import type { Terminal } from "./terminal.ts";

/**
 * The terminal, or the pipes, of this process. Once a command asks for the signal, Ctrl-C aborts it and no longer ends
 * the process; commands that do not ask are ended by it as every program is.
 */
export function processTerminal(): Terminal & { close(): void } {
  const interruption = new Interruption();
  const { stdin, stdout } = process;
  const isTerminal = isatty(1);
  return {
    write: (text) => void stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    isTerminal,
    get columns() {
      // A terminal may not know its size, and say 0.
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    environment: process.env,
    now: () => Date.now(),
    get signal() {
      return interruption.signal();
    },
    ...(isTerminal && isatty(0) ? { keys: () => keysOf(interruption) } : {}),
    input: () => stdin,
    close: () => interruption.close(),
  };
}

/** Ctrl-C, the end that the system asks for, or a reader of the output that leaves as `head` does. */
class Interruption {
  readonly #controller = new AbortController();
  #isWatched = false;
  readonly abort = (): void => this.#controller.abort();

  signal(): AbortSignal {
    if (!this.#isWatched) {
      this.#isWatched = true;
      process.once("SIGINT", this.abort);
      process.once("SIGTERM", this.abort);
      process.stdout.once("error", this.abort);
    }
    return this.#controller.signal;
  }

  close(): void {
    process.removeListener("SIGINT", this.abort);
    process.removeListener("SIGTERM", this.abort);
  }
}

interface Key {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
}

/** The keys as they are pressed. In raw mode Ctrl-C is a key, too. */
async function* keysOf(interruption: Interruption): AsyncIterable<string> {
  const { stdin } = process;
  const signal = interruption.signal();
  const waiting: string[] = [];
  let wake = (): void => undefined;
  const onKey = (_text: string | undefined, key: Key): void => {
    if (key.ctrl === true && key.name === "c") interruption.abort();
    else waiting.push(key.name ?? key.sequence ?? "");
    wake();
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on("keypress", onKey);
  stdin.resume();
  signal.addEventListener("abort", () => wake());
  try {
    while (!signal.aborted) {
      const key = waiting.shift();
      if (key !== undefined) yield key;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stdin.off("keypress", onKey);
    stdin.setRawMode(false);
    stdin.pause();
  }
}
