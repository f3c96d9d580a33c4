import { didYouMean } from "./cli/arguments/nearest-names.ts";
import { COMMANDS } from "./cli/command-table.ts";
import { EXIT } from "./cli/exit-codes.ts";
import { clean } from "./cli/output/clean.ts";
import { processTerminal } from "./cli/process-terminal.ts";

/** The command `tessen`: does what the arguments of the command line say and gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name = "", ...rest] = argv;
  if (name === "" || name === "--help" || name === "-h" || name === "help") {
    (name === "" ? process.stderr : process.stdout).write(help());
    return name === "" ? EXIT.usage : EXIT.ok;
  }
  const wanted = name === "--version" ? "version" : name;
  const entry = COMMANDS.find((command) => command.name === wanted);
  if (entry === undefined) {
    const near = didYouMean(
      name,
      COMMANDS.map((command) => command.name),
    );
    process.stderr.write(`tessen: There is no command "${clean(name)}".${near} See tessen --help.\n`);
    return EXIT.usage;
  }
  const command = await entry.load();
  const terminal = processTerminal();
  try {
    return await command(rest, terminal);
  } finally {
    terminal.close();
  }
}

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name, operands }) => `${name} ${operands}`.length));
  const rows = COMMANDS.map(({ name, operands, summary }) => `  ${`${name} ${operands}`.padEnd(width)}  ${summary}\n`);
  return `Usage: tessen COMMAND [options]

The flight recorder of AI agents: reads what was recorded of every model call, tool and run.

${rows.join("")}
AGENT is the name of an agent, the path of a folder or .jsonl file, or - for standard input.
tessen COMMAND --help tells more. Exit codes: 0 done, 1 findings, 2 bad usage, 3 no data, 4 environment.
`;
}
