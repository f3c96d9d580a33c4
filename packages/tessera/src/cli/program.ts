import { Command, CommanderError } from "commander";
import { addDataCommands } from "./data-commands.ts";
import { EXIT, EXIT_HELP } from "./exit-codes.ts";
import { addGatewayCommands } from "./gateway-commands.ts";
import { tell } from "./output.ts";

/** What commander calls for a command whose function gives an exit code. */
export type Act = <Args extends readonly unknown[]>(
  action: (...args: Args) => Promise<number>,
) => (...args: Args) => Promise<void>;

/** Reads the arguments of `tessera` and does what they say; gives the exit code. */
export async function runProgram(argv: readonly string[], version: string): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command("tessera")
    .description("The cost gateway of Tesserae: runs it, and looks after its keys, workloads, caps and ledger.")
    .version(version, "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .addHelpText("after", EXIT_HELP);
  const act: Act =
    (action) =>
    async (...args) => {
      exitCode = await action(...args);
    };
  addGatewayCommands(program, act);
  addDataCommands(program, act);
  try {
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.usage;
    }
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, nameOf(program, argv), argv.includes("--verbose"));
  }
}

/** The name of the command that was called, with that of the group it is in. */
function nameOf(program: Command, argv: readonly string[]): string {
  const group = program.commands.find((command) => command.name() === argv[0]);
  const inner = group?.commands.find((command) => command.name() === argv[1]);
  return [program, group, inner].flatMap((command) => (command === undefined ? [] : [command.name()])).join(" ");
}

/** Codes of what the caller can put right. */
const USAGE: ReadonlySet<unknown> = new Set(["ERR_INVALID_ARGUMENT", "ERR_NOT_FOUND"]);

function report(error: unknown, name: string, verbose: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    const message = error.code === "commander.help" ? "A command is missing" : error.message.replace(/^error: /, "");
    tell(`${name}: ${message.replaceAll("\n", " ").replace(/\.$/, "")}. See ${name} --help.`);
    return EXIT.usage;
  }
  tell(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  if (verbose && error instanceof Error) tell(error.stack ?? "");
  return error instanceof Error && "code" in error && USAGE.has(error.code) ? EXIT.usage : EXIT.failed;
}
