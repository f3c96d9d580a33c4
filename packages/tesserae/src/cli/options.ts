import type { Command } from "commander";
import { dollars, seconds, wholeNumber } from "./numbers.ts";

/** What every command may be told. */
export interface CommonOptions {
  readonly verbose?: boolean;
}

/** What every command about recorded runs may be told. */
export interface StoreOptions extends CommonOptions {
  readonly runsDir?: string;
}

/** What every command that runs a team may be told. */
export interface PerformOptions extends StoreOptions {
  readonly json?: boolean;
  readonly model?: string;
  /** In pico-dollars. */
  readonly maxCost?: number;
  /** In milliseconds. */
  readonly timeout?: number;
  readonly tools?: string;
  /** False for `--no-record`. */
  readonly record?: boolean;
  /** True for `--gateway` alone; an address; false for `--no-gateway`. */
  readonly gateway?: string | boolean;
}

/** Adds `--verbose`. */
export function withCommonOptions(command: Command): Command {
  return command.option("--verbose", "show the stack of an error");
}

/** Adds the options about recorded runs. */
export function withStoreOptions(command: Command): Command {
  return withCommonOptions(command).option(
    "--runs-dir <folder>",
    "where runs are recorded (default: TESSERAE_RUNS_DIR, else ~/.tesserae/runs)",
  );
}

/** Adds the options about running a team. */
export function withPerformOptions(command: Command): Command {
  return withStoreOptions(command)
    .option("--json", "print one JSON event a line, the result last")
    .option("--model <provider/name>", "use this model in place of every other, such as openai/gpt-5-mini")
    .option("--max-cost <dollars>", "refuse model calls that could cost more in all", dollars("--max-cost"))
    .option("--timeout <seconds>", "abort the run after this time", seconds("--timeout"))
    .option("--tools <module>", "take the functions of function tools from this module's exports")
    .option("--no-record", "write no log of calls for tessen (default: TESSEN_LOG_DIR, else ~/.tessen/logs)");
}

/** Adds `--gateway`. */
export function withGatewayOption(command: Command): Command {
  return command.option(
    "--gateway [url]",
    "send model calls through a gateway: that at the address, else one that runs here, else one of this command's own",
    (text: string) => text === "" || text,
  );
}

/**
 * The arguments of a command with `--gateway=` in place of a `--gateway` that no address follows: what comes next is an
 * argument of the command's own, such as `FILE TASK`, and would be taken for the option's value.
 */
export function withGatewayAlone(argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  return argv.map((argument, index) => {
    const isAlone = argument === "--gateway" && !ADDRESS.test(argv[index + 1] ?? "");
    return isAlone && (end === -1 || index < end) ? "--gateway=" : argument;
  });
}

/** `http://…`, or what was meant for an address: `localhost:8484`. */
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/|[\w.-]+:\d+\/?$)/i;

/** Adds `--max-turns`. */
export function withMaxTurnsOption(command: Command): Command {
  return command.option("--max-turns <number>", "stop the team after so many turns", wholeNumber("--max-turns", 1));
}
