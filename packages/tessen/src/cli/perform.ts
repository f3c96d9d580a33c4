import { readArguments, type CommandSyntax, type Given } from "./arguments/given.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import { clean } from "./output/clean.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Does what a command does around its own work: reads the arguments, prints the help, and says what is wrong in one line.
 * Gives the exit code.
 */
export async function perform(
  args: readonly string[],
  syntax: CommandSyntax,
  terminal: Terminal,
  work: (given: Given, screen: Terminal) => Promise<number>,
): Promise<number> {
  try {
    const given = readArguments(args, syntax, terminal);
    if (given === "help") {
      terminal.write(syntax.help);
      return EXIT.ok;
    }
    return await work(given, given.ascii ? inAscii(terminal) : terminal);
  } catch (error) {
    const failed = error instanceof CommandError ? error : systemError(error);
    if (failed === undefined) throw error;
    const advice = failed.exitCode === EXIT.usage ? ` See tessen ${syntax.name} --help.` : "";
    terminal.writeError(`tessen ${syntax.name}: ${clean(failed.message)}${advice}\n`);
    return failed.exitCode;
  }
}

/** A terminal that gets no signs of ours outside of ASCII; what a log holds stays as it is. */
function inAscii(terminal: Terminal): Terminal {
  return Object.create(terminal, {
    write: { value: (text: string) => terminal.write(text.replaceAll("…", "...")) },
  }) as Terminal;
}

/** What the operating system refused, such as a folder that may not be read; anything else is a defect. */
function systemError(error: unknown): CommandError | undefined {
  if (!(error instanceof Error) || typeof Reflect.get(error, "syscall") !== "string") return undefined;
  return new CommandError(`${error.message}.`, EXIT.environment);
}
