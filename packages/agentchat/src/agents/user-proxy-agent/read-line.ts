import { CancelledError, RuntimeError } from "@tesserae/core";

/** Asks a line of the person at the console. The prompt goes to standard error, which carries no machine output. */
export async function readLine(prompt: string, signal?: AbortSignal): Promise<string> {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise<string>((resolve, reject) => {
    const stop = (error: Error): void => {
      reject(error);
      lines.close();
    };
    const onAbort = (): void => stop(new CancelledError(undefined, { cause: signal?.reason }));
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    lines.once("close", () => {
      signal?.removeEventListener("abort", onAbort);
      reject(new RuntimeError("The input ended before a line came."));
    });
    lines.once("SIGINT", () => stop(new CancelledError("The person at the console interrupted.")));
    lines.question(prompt, (line) => {
      resolve(line);
      lines.close();
    });
  });
}
