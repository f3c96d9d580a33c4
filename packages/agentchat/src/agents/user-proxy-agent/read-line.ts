import { CancelledError, RuntimeError } from "@tesserae/core";

/**
 * Asks a line of the person at the console, or of what stands on standard input in place of a person. The prompt goes to
 * standard error, which carries no machine output.
 *
 * @throws RuntimeError `ERR_INPUT_WAITING` when standard input is at its end: nobody is there, and a run with a journal
 * waits. CancelledError on abort, or on Ctrl-C in a terminal.
 */
export async function readLine(prompt: string, signal?: AbortSignal): Promise<string> {
  if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
  const { stdin } = process;
  const line = await new Promise<string | undefined>((resolve, reject) => {
    let leave = (): void => undefined;
    const onAbort = (): void => end(() => reject(new CancelledError(undefined, { cause: signal?.reason })));
    const end = (settle: () => void): void => {
      signal?.removeEventListener("abort", onAbort);
      settle();
      leave();
    };
    const came = (text: string | undefined): void => end(() => resolve(text));
    const failed = (error: Error): void => end(() => reject(error));
    signal?.addEventListener("abort", onAbort, { once: true });
    if (stdin.isTTY) leave = fromTerminal(prompt, came, failed);
    else {
      process.stderr.write(`${prompt}\n`);
      leave = fromPipe(stdin, came);
    }
  });
  if (line !== undefined) return line;
  const message =
    "Standard input is at its end: nobody is there to answer. " +
    "A run with a journal waits: give the answer with `answer`, or in a terminal, and resume it.";
  throw new RuntimeError(message, { code: "ERR_INPUT_WAITING" });
}

/** A line that a person types and may edit; `undefined` for Ctrl-D. Gives what leaves the terminal as it was. */
function fromTerminal(
  prompt: string,
  came: (line: string | undefined) => void,
  failed: (error: Error) => void,
): () => void {
  const { createInterface } = process.getBuiltinModule("node:readline");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.once("close", () => came(undefined));
  lines.once("SIGINT", () => failed(new CancelledError("The person at the console interrupted.")));
  lines.question(prompt, came);
  return () => lines.close();
}

const NEWLINE = 0x0a;

/** One line of a pipe or file; what comes after it stays there for the next question. `undefined` at the end. */
function fromPipe(input: NodeJS.ReadStream, came: (line: string | undefined) => void): () => void {
  // An end that was told already is not told again.
  if (input.readableEnded || input.destroyed) {
    came(undefined);
    return () => undefined;
  }
  const chunks: Buffer[] = [];
  const text = (): string => Buffer.concat(chunks).toString("utf8").replace(/\r$/, "");
  const leave = (): void => {
    input.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onEnd).pause();
  };
  const onData = (data: Buffer | string): void => {
    const chunk = Buffer.from(data);
    const at = chunk.indexOf(NEWLINE);
    chunks.push(at < 0 ? chunk : chunk.subarray(0, at));
    if (at < 0) return;
    leave();
    if (at + 1 < chunk.length) input.unshift(chunk.subarray(at + 1));
    came(text());
  };
  // The last line may have no newline. A terminal that is gone cannot be read: nobody is there.
  const onEnd = (): void => came(chunks.length === 0 ? undefined : text());
  input.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onEnd).resume();
  return leave;
}
