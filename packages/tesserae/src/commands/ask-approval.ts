import { CancelledError, RuntimeError, type OpenRunOptions } from "@tesserae/core";
import { createInterface } from "node:readline";
import { harmless } from "../cli/terminal.ts";
import { DECISION_HELP, decisionFromText, type Decision } from "./decision-text.ts";

/** Puts a tool call to a person. */
export type Approve = NonNullable<OpenRunOptions["approve"]>;

/** Where the person sits. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks in the terminal whether a tool may be called, one question after the other. What comes through a pipe approves
 * nothing: then, and after Ctrl-D, the run waits, and `onWaiting` gets the question.
 */
export function askApproval(terminal: Terminal, onWaiting: (question: string) => void): Approve {
  let before: Promise<unknown> = Promise.resolve();
  return (request, { signal }) => {
    const question = harmless(`${request.path === "" ? "" : `${request.path}: `}${request.prompt}`);
    const asking = before.then(async () => {
      const decision = terminal.input.isTTY === true ? await ask(terminal, question, signal) : undefined;
      if (decision !== undefined) return decision;
      onWaiting(question);
      throw new RuntimeError(`${question} Nobody is there to answer.`, { code: "ERR_INPUT_WAITING" });
    });
    before = asking.catch(() => undefined);
    return asking;
  };
}

/** Asks until the answer is one; `undefined` for Ctrl-D. */
function ask(
  { input, output }: Terminal,
  question: string,
  signal: AbortSignal | undefined,
): Promise<Decision | undefined> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input, output });
    const onAbort = (): void => stop(() => reject(new CancelledError(undefined, { cause: signal?.reason })));
    const stop = (settle: () => void): void => {
      signal?.removeEventListener("abort", onAbort);
      settle();
      lines.close();
    };
    const put = (): void =>
      lines.question(`Approve? ${DECISION_HELP}: `, (text) => {
        const decision = decisionFromText(text);
        if (decision === undefined) put();
        else stop(() => resolve(decision));
      });
    lines.once("close", () => stop(() => resolve(undefined)));
    // The terminal gives Ctrl-C to the one who reads; it is meant for the run.
    lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    output.write(`${question}\n`);
    put();
  });
}
