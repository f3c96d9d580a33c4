import { EXIT } from "./exit-codes.ts";

/** What ends a command: a message for the person who called it, and the exit code. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.name = "CommandError";
    this.exitCode = options.exitCode ?? EXIT.usage;
  }
}
