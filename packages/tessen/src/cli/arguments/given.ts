import { parseArgs, type ParseArgsConfig } from "node:util";
import { defaultLogDir } from "../../events/log-dir.ts";
import { parseSince } from "../../events/parse-since.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { makeStyle, type Style } from "../output/style.ts";
import type { Terminal } from "../terminal.ts";
import { didYouMean } from "./nearest-names.ts";

/** The options of one command, beside those that all have. */
export type CommandOptions = NonNullable<ParseArgsConfig["options"]>;

/** What a command takes. */
export interface CommandSyntax {
  readonly name: string;
  readonly help: string;
  readonly options: CommandOptions;
  /** Names of the arguments that are no options, all needed. */
  readonly operands: readonly string[];
}

/** What the command line says, checked. */
export interface Given {
  readonly operands: readonly string[];
  readonly logDir: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly ascii: boolean;
  readonly style: Style;
  /** Unix seconds. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  /** What stands behind `--since`, as it was written. */
  readonly sinceText: string | undefined;
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  /** A whole number from 0. */
  count(name: string): number | undefined;
}

/** Reads the arguments of a command. `"help"` when help is asked for; throws for what is wrong with them. */
export function readArguments(args: readonly string[], syntax: CommandSyntax, terminal: Terminal): Given | "help" {
  const { values, positionals } = parse(args, { ...COMMON, ...syntax.options });
  if (values["help"] === true) return "help";
  checkOperands(positionals, syntax);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const noColour = values["no-color"] === true || (terminal.environment["NO_COLOR"] ?? "") !== "";
  const colour = terminal.isTerminal && !noColour && terminal.environment["TERM"] !== "dumb";
  return {
    operands: positionals,
    logDir: text("log-dir") ?? (terminal.environment["TESSEN_LOG_DIR"]?.trim() || defaultLogDir()),
    json: values["json"] === true,
    quiet: values["quiet"] === true,
    ascii: values["ascii"] === true,
    style: makeStyle({ colour, ascii: values["ascii"] === true }),
    since: timeOf("--since", text("since"), terminal.now()),
    until: timeOf("--until", text("until"), terminal.now()),
    sinceText: text("since"),
    flag: (name) => values[name] === true,
    text,
    texts: (name) => listOf(values[name]),
    count: (name) => countOf(name, text(name)),
  };
}

/** The part of a help text about the options that all commands have. */
export const COMMON_HELP = `  --log-dir DIR      where the logs are (default: TESSEN_LOG_DIR, else ~/.tessen/logs)
  --since TIME       events from then on: 24h, 1d12h, Unix seconds, or 2026-05-14T12:00:00Z
  --until TIME       events until then
  --json             print JSON
  --ascii            no signs outside of ASCII
  --no-color         no colours (NO_COLOR does the same)
  -q, --quiet        say less on standard error
  -h, --help         print this help
`;

const COMMON = {
  "log-dir": { type: "string" },
  since: { type: "string" },
  until: { type: "string" },
  json: { type: "boolean" },
  ascii: { type: "boolean" },
  "no-color": { type: "boolean" },
  quiet: { type: "boolean", short: "q" },
  help: { type: "boolean", short: "h" },
} as const satisfies CommandOptions;

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

function parse(args: readonly string[], options: CommandOptions): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const dashed = /^Option '(-[^ ']*)[^']*' argument is ambiguous/.exec(message)?.[1];
    if (dashed !== undefined) {
      throw new CommandError(`${dashed} needs a value, and what follows it begins with a dash.`, EXIT.usage);
    }
    const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
    if (unknown === undefined) throw new CommandError(sentence(message), EXIT.usage);
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new CommandError(`There is no option ${unknown}.${didYouMean(unknown, names)}`, EXIT.usage);
  }
}

/** Node's message without its advice about arguments that begin with a dash. */
function sentence(message: string): string {
  const [first = message] = message.split(/\.?\s*\n|\. /, 1);
  return `${first.replace(/\.$/, "")}.`;
}

function checkOperands(given: readonly string[], { operands, name }: CommandSyntax): void {
  const missing = operands[given.length];
  if (missing !== undefined)
    throw new CommandError(`${missing} is missing: tessen ${name} ${operands.join(" ")}.`, EXIT.usage);
  const extra = given[operands.length];
  if (extra !== undefined) throw new CommandError(`"${extra}" is one argument too many.`, EXIT.usage);
}

function timeOf(option: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  try {
    return parseSince(/^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text, now);
  } catch (error) {
    throw new CommandError(`${option}: ${error instanceof Error ? error.message : String(error)}`, EXIT.usage);
  }
}

function countOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) {
    const option = name.length === 1 ? `-${name}` : `--${name}`;
    throw new CommandError(`${option} is "${text}"; it must be a whole number from 0.`, EXIT.usage);
  }
  return Number(text);
}

function listOf(value: Values[string]): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
