import { ValueError } from "@tesserae/core";

/** A language that a command-line executor can run, whatever name a block gives it. */
export type LanguageName = "python" | "bash" | "sh" | "powershell" | "javascript" | "typescript";

/** What to know of a language to run a file of it. */
export interface Language {
  readonly name: LanguageName;
  /** The extension of its files, without the dot. */
  readonly extension: string;
  /** The commands that run it, the first that is installed is taken. Empty: this Node. */
  readonly commands: readonly string[];
  /** Arguments in front of the file. */
  readonly args: readonly string[];
}

/** Node runs both forms of module and strips types; what it warns of while it does is no output of the code. */
const NODE_ARGS = ["--disable-warning=ExperimentalWarning", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"];
const POWERSHELL: Language = {
  name: "powershell",
  extension: "ps1",
  commands: ["pwsh", "powershell"],
  args: ["-NoProfile", "-ExecutionPolicy", "Bypass", "-File"],
};
const PYTHON: Language = { name: "python", extension: "py", commands: ["python", "python3"], args: [] };
const JAVASCRIPT: Language = { name: "javascript", extension: "js", commands: [], args: NODE_ARGS };
const TYPESCRIPT: Language = { name: "typescript", extension: "ts", commands: [], args: NODE_ARGS };

const BY_WORD: ReadonlyMap<string, Language> = new Map([
  ["python", PYTHON],
  ["py", PYTHON],
  ["bash", { name: "bash", extension: "bash", commands: ["bash"], args: [] }],
  ["sh", { name: "sh", extension: "sh", commands: ["sh"], args: [] }],
  ["shell", { name: "sh", extension: "shell", commands: ["sh"], args: [] }],
  ["pwsh", POWERSHELL],
  ["powershell", POWERSHELL],
  ["ps1", POWERSHELL],
  ["javascript", JAVASCRIPT],
  ["js", JAVASCRIPT],
  ["node", JAVASCRIPT],
  ["typescript", TYPESCRIPT],
  ["ts", TYPESCRIPT],
]);

/** A Python by its version, such as `python3` or `python3.12`, is asked for as written. */
const VERSIONED_PYTHON = /^python\d+(?:\.\d+)?$/;

/** The language that a block's word names, in any case; undefined for one that nobody here runs. */
export function findLanguage(word: string): Language | undefined {
  const lower = word.trim().toLowerCase();
  if (VERSIONED_PYTHON.test(lower)) return { ...PYTHON, commands: [lower] };
  return BY_WORD.get(lower);
}

/** The languages that run unless an executor is told otherwise: those of AutoGen. */
export const DEFAULT_LANGUAGES: readonly LanguageName[] = ["bash", "sh", "powershell", "python"];

/**
 * The command that runs a language's files: `py` → `python`, `python3.12` as it is,
 * `shell` → `sh`, `ps1` → `pwsh` or else `powershell`, `js` → this Node.
 *
 * @param find gives the path of an installed program, or undefined.
 * @throws {ValueError} for an unknown language, and when no program that runs it is installed.
 */
export function languageToCommand(word: string, find: (program: string) => string | undefined): string {
  const language = findLanguage(word);
  if (language === undefined) throw new ValueError(`Unsupported language: ${word}.`);
  if (language.commands.length === 0) return process.execPath;
  for (const command of language.commands) {
    const path = find(command);
    if (path !== undefined) return path;
  }
  const programs = language.commands.join(" or ");
  throw new ValueError(
    `Code in ${word} needs ${programs}, which is not on PATH. Install it, or name another language.`,
  );
}
