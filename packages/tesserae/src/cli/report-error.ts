import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import { harmless, styleFor, tell } from "./terminal.ts";
import { COMMAND } from "./command-name.ts";

/** Says what went wrong on standard error, with the stack where it is asked for, and gives the exit code. */
export function reportError(command: string, error: unknown, verbose: boolean): number {
  const style = styleFor(process.stderr);
  tell(`${style.red(`${command}:`)} ${harmless(withFlags(error))}`);
  if (verbose) tell(style.dim(stackOf(error)));
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}

/** The message of whatever was thrown. An error without one is named. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : (JSON.stringify(error) ?? "undefined");
  return error.message.trim() === "" ? error.name : error.message;
}

/** The message, in which the options of the journal's functions are those of the command line. */
function withFlags(error: unknown): string {
  const message = messageOf(error);
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (code === "ERR_JOURNAL_CORRUPT") return message.replaceAll("`salvage`", `\`${COMMAND} fork --salvage\``);
  if (code === "ERR_JOURNAL_LOCKED") return message.replaceAll("`force`", `\`${COMMAND} run --resume --force\``);
  return message;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause =
    error.cause === undefined
      ? ""
      : `\nCaused by ${error.cause instanceof Error ? stackOf(error.cause) : messageOf(error.cause)}`;
  return `${error.stack ?? error.name}${cause}`;
}
