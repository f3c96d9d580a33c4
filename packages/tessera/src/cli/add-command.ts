import type { Command } from "commander";
import { withCommonOptions } from "./common-options.ts";
import { EXIT_HELP } from "./exit-codes.ts";

/** Adds a command with the options that every one has, an example, and what its exit codes mean. */
export function addCommand(
  parent: Command,
  usage: string,
  description: string,
  example: string,
  exitHelp: string = EXIT_HELP,
): Command {
  const command = parent
    .command(usage)
    .description(description)
    .helpOption("--help", "print this help")
    .option("--verbose", "show the stack of an error")
    .addHelpText("after", `\nExample:\n  ${example}\n${exitHelp}`);
  return withCommonOptions(command);
}
