import { emitKeypressEvents } from "node:readline";
import { isatty } from "node:tty";
import type { Terminal } from "./terminal.ts";

/** The terminal, or the pipes, of this process. Ctrl-C aborts its signal instead of ending the process. */
export function processTerminal(): Terminal & { close(): void } {
  const controller = new AbortController();
  const interrupt = (): void => controller.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  // A reader that leaves, as `head` does, wants no more.
  process.stdout.once("error", interrupt);
  const { stdin, stdout } = process;
  const isTerminal = isatty(1);
  return {
    write: (text) => void stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    isTerminal,
    get columns() {
      return stdout.columns ?? 80;
    },
    get rows() {
      return stdout.rows ?? 24;
    },
    environment: process.env,
    now: () => Date.now(),
    signal: controller.signal,
    ...(isTerminal && isatty(0) ? { keys: () => keysOf(controller) } : {}),
    input: () => stdin,
    close: () => {
      process.removeListener("SIGINT", interrupt);
      process.removeListener("SIGTERM", interrupt);
    },
  };
}

interface Key {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
}

/** The keys as they are pressed. In raw mode Ctrl-C is a key, too. */
async function* keysOf(controller: AbortController): AsyncIterable<string> {
  const { stdin } = process;
  const waiting: string[] = [];
  let wake = (): void => undefined;
  const onKey = (_text: string | undefined, key: Key): void => {
    if (key.ctrl === true && key.name === "c") controller.abort();
    else waiting.push(key.name ?? key.sequence ?? "");
    wake();
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on("keypress", onKey);
  stdin.resume();
  controller.signal.addEventListener("abort", () => wake());
  try {
    while (!controller.signal.aborted) {
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
