import { Command, CommanderError } from "commander";
import type { AnswerCommandOptions } from "../commands/answer.ts";
import type { DemoCommandOptions } from "../commands/demo.ts";
import type { ForkCommandOptions } from "../commands/fork.ts";
import type { ReplayCommandOptions } from "../commands/replay.ts";
import type { RunCommandOptions } from "../commands/run.ts";
import type { RunsCommandOptions } from "../commands/runs.ts";
import type { ShowCommandOptions } from "../commands/show.ts";
import type { ValidateCommandOptions } from "../commands/validate.ts";
import { EXIT } from "./exit-codes.ts";
import { wholeNumber } from "./numbers.ts";
import {
  withCommonOptions,
  withGatewayAlone,
  withGatewayOption,
  withMaxTurnsOption,
  withPerformOptions,
  withStoreOptions,
} from "./options.ts";
import { reportError } from "./report-error.ts";
import { tell } from "./terminal.ts";
import { showWarnings } from "./warnings.ts";

/** Reads the arguments of `tesserae` and does what they say; gives the exit code. */
export async function runProgram(argv: readonly string[], version: string): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command("tesserae")
    .description("Runs teams of AI agents from component files, and looks after their recorded runs.")
    .version(version, "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  const adding: Adding = {
    program,
    act:
      (action) =>
      async (...args) => {
        exitCode = await action(...args);
      },
  };
  addRun(adding);
  addValidate(adding);
  addDemo(adding);
  addRuns(adding);
  addShow(adding);
  addReplay(adding);
  addFork(adding);
  addAnswer(adding);
  showWarnings(argv[0] === "validate" ? "none" : "all");
  try {
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.usage;
    }
    await program.parseAsync(withGatewayAlone(argv), { from: "user" });
    return exitCode;
  } catch (error) {
    const name = program.commands.some((command) => command.name() === argv[0]) ? `tesserae ${argv[0]}` : "tesserae";
    if (!(error instanceof CommanderError)) return reportError(name, error, argv.includes("--verbose"));
    if (error.exitCode === 0) return EXIT.ok;
    tell(`${name}: ${error.message.replace(/^error: /, "").replaceAll("\n", " ")}. See ${name} --help.`);
    return EXIT.usage;
  }
}

interface Adding {
  readonly program: Command;
  /** What commander calls for a command whose function gives an exit code. */
  act<Args extends readonly unknown[]>(action: (...args: Args) => Promise<number>): (...args: Args) => Promise<void>;
}

function addCommand({ program }: Adding, usage: string, description: string, example: string): Command {
  return program
    .command(usage)
    .description(description)
    .helpOption("--help", "print this help")
    .addHelpText("after", `\nExample:\n  ${example.replaceAll("\n", "\n  ")}`);
}

function addRun(adding: Adding): void {
  const command = addCommand(
    adding,
    "run [file] [task]",
    "Run a team or an agent from a component file (JSON or YAML). The task may come on standard input.",
    'tesserae run team.yaml "Summarise the sales of March" --model openai/gpt-5-mini --max-cost 0.10\ntesserae run --resume last',
  );
  withGatewayOption(withMaxTurnsOption(withPerformOptions(command)))
    .option("--no-journal", "do not record the run")
    .option(
      "--state-every <turns>",
      "keep the state after every so many turns: a resume starts from the last one",
      wholeNumber("--state-every", 1),
    )
    .option("--resume <run>", "go on with a recorded run (an id, its beginning, or last)")
    .option("--force", "with --resume: break the lock that another machine holds")
    .option("--accept <what>", "with --resume: recorded, go on although the definition or a request has changed")
    .action(
      adding.act(async (file: string | undefined, task: string | undefined, options: RunCommandOptions) =>
        (await import("../commands/run.ts")).runCommand(file, task, options),
      ),
    );
}

function addValidate(adding: Adding): void {
  const example = "tesserae validate team.json";
  withCommonOptions(
    addCommand(adding, "validate <file>", "Report every error of a component file, each with its place.", example),
  )
    .option("--json", "print the report as JSON")
    .action(
      adding.act(async (file: string, options: ValidateCommandOptions) =>
        (await import("../commands/validate.ts")).validateCommand(file, options),
      ),
    );
}

function addDemo(adding: Adding): void {
  const command = addCommand(
    adding,
    "demo [question]",
    "See a team of three at work on a data file: a planner, an analyst whose program is run, and a writer.",
    'tesserae demo\ntesserae demo --dir ./sales "Which product earns less than a year ago?" --out ./result',
  );
  withPerformOptions(command)
    .option("--dir <folder>", "work on the CSV and JSON files of this folder (needs a key or Ollama)")
    .option("--scripted", "use the scripted model even if there is a key")
    .option("--out <folder>", "copy table, chart and report there")
    .option("--no-gateway", "ask the model directly")
    .option("--resume <run>", "go on with a recorded run of the demo")
    .action(
      adding.act(async (question: string | undefined, options: DemoCommandOptions) =>
        (await import("../commands/demo.ts")).demoCommand(question, options),
      ),
    );
}

function addRuns(adding: Adding): void {
  withStoreOptions(
    addCommand(adding, "runs", "List the recorded runs, the newest first.", "tesserae runs --status failed --limit 5"),
  )
    .option("--json", "print one JSON object a run")
    .option("--limit <number>", "list so many at most", wholeNumber("--limit", 1))
    .option("--status <status>", "only running, finished, failed, aborted, waiting or interrupted ones")
    .action(
      adding.act(async (options: RunsCommandOptions) => (await import("../commands/runs.ts")).runsCommand(options)),
    );
}

function addShow(adding: Adding): void {
  const example = "tesserae show last\ntesserae show 3f2a --json | jq .effects";
  withStoreOptions(
    addCommand(
      adding,
      "show <run>",
      "Show a recorded run (an id, its beginning, or last): turns, calls, tokens, cost.",
      example,
    ),
  )
    .option("--json", "print everything as JSON")
    .option("--entries", "print the entries of the journal, one JSON object a line")
    .action(
      adding.act(async (run: string, options: ShowCommandOptions) =>
        (await import("../commands/show.ts")).showCommand(run, options),
      ),
    );
}

function addReplay(adding: Adding): void {
  const command = addCommand(
    adding,
    "replay <run> [file]",
    "Run a recorded run again, offline, and compare: 0 when it is the same, 1 when it differs.",
    "tesserae replay last\ntesserae replay 3f2a changed-team.json",
  );
  withStoreOptions(command)
    .option("--json", "print the verdict as JSON")
    .option("--model <provider/name>", "replay with this model in place of every other: where would it differ?")
    .option("--tools <module>", "take the functions of function tools from this module's exports")
    .action(
      adding.act(async (run: string, file: string | undefined, options: ReplayCommandOptions) =>
        (await import("../commands/replay.ts")).replayCommand(run, file, options),
      ),
    );
}

function addFork(adding: Adding): void {
  const command = addCommand(
    adding,
    "fork <run> [task]",
    "Start a new run from the first turns of a recorded one: with another model, another file, or another task.",
    'tesserae fork last --at 2 --model anthropic/claude-haiku-4-5\ntesserae fork 3f2a --at 1 "Now look at the costs"',
  );
  withGatewayOption(withPerformOptions(command))
    .option("--at <turn>", "the last turn that is taken; 0 for none (default: all)", wholeNumber("--at", 0))
    .option("--file <file>", "go on with this component file in place of the recorded definition")
    .option("--salvage", "take the good part of a damaged journal")
    .action(
      adding.act(async (run: string, task: string | undefined, options: ForkCommandOptions) =>
        (await import("../commands/fork.ts")).forkCommand(run, task, options),
      ),
    );
}

function addAnswer(adding: Adding): void {
  const command = addCommand(
    adding,
    "answer <run> [text]",
    "Answer the question that a run waits with, from any terminal or program. The text may come on standard input.",
    'tesserae answer last "yes"\ntesserae run --resume last',
  );
  withStoreOptions(command)
    .option("--request <id>", "which question, where the run waits for several")
    .action(
      adding.act(async (run: string, text: string | undefined, options: AnswerCommandOptions) =>
        (await import("../commands/answer.ts")).answerCommand(run, text, options),
      ),
    );
}
