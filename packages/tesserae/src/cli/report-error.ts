import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import { harmless, styleFor, tell } from "./terminal.ts";

/** Says what went wrong on standard error, with the stack where it is asked for, and gives the exit code. */
export function reportError(command: string, error: unknown, verbose: boolean): number {
  const style = styleFor(process.stderr);
  tell(`${style.red(`${command}:`)} ${harmless(messageOf(error))}`);
  if (verbose) tell(style.dim(stackOf(error)));
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}

/** The message of whatever was thrown. An error without one is named. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : (JSON.stringify(error) ?? "undefined");
  return error.message.trim() === "" ? error.name : error.message;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause =
    error.cause === undefined
      ? ""
      : `\nCaused by ${error.cause instanceof Error ? stackOf(error.cause) : messageOf(error.cause)}`;
  return `${error.stack ?? error.name}${cause}`;
}
