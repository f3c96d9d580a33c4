import { resolve } from "node:path";
import { isObject, isPythonIdentifier, ValueError, type Repeat } from "@tesserae/core";
import type { EnvironmentPolicy } from "../shared/environment.ts";
import { isPythonFunction, type ExecutorFunction } from "./executor-functions.ts";
import { DEFAULT_LANGUAGES, findLanguage, type LanguageName } from "../shared/languages.ts";

/** A Python virtual environment, as `venv` lays it out. Relative paths are resolved when the executor is made. */
export interface VirtualEnvContext {
  /** The environment's Python. */
  readonly envExe: string;
  /** Its folder of programs, put in front of `PATH`. */
  readonly binPath: string;
}

/** Options of {@link LocalCommandLineCodeExecutor}. */
export interface LocalCommandLineCodeExecutorOptions {
  /** Longest run of one code block, in seconds, at least 1. Default 60. */
  readonly timeout?: number;
  /** Where code is written and run; made at `start` if missing. Default: a temporary folder, from `start` to `stop`. */
  readonly workDir?: string;
  /**
   * Functions that the code may import: of Python by `FunctionWithRequirementsStr`, of JavaScript by `withRequirements`
   * (for executors that allow JavaScript or TypeScript). Default none.
   */
  readonly functions?: readonly ExecutorFunction[];
  /** The module that holds them: `functions` in Python, `./functions.mjs` in JavaScript. Default `"functions"`. */
  readonly functionsModule?: string;
  /** Delete the files of blocks that name none, after each call. Files that a block named stay. Default true. */
  readonly cleanupTempFiles?: boolean;
  /** The virtual environment in which Python and shells run. */
  readonly virtualEnvContext?: VirtualEnvContext;
  /** The Python to use outside a virtual environment. Default `python`, else `python3`, on `PATH`. */
  readonly pythonPath?: string;
  /**
   * The languages that run, by any of their names; others end with exit code 1. Default bash, sh, PowerShell and
   * Python. `"javascript"` and `"typescript"` run in this process's Node when they are listed.
   */
  readonly allowedLanguages?: readonly string[];
  /** Both output streams in the order of writing. Default false: of each block, standard error and then output. */
  readonly interleave?: boolean;
  /** Most bytes kept of each output stream of a block; of more, its beginning and end. Default 1 MiB. */
  readonly maxOutputBytes?: number;
  /** What the code finds in its environment. Default: this process's, without what looks like a secret. */
  readonly environment?: EnvironmentPolicy;
  /** What resuming a run does with an execution that had begun and not ended. Default `"never"`: not run again. */
  readonly repeat?: Repeat;
}

/** Options with their defaults, checked. */
export interface LocalExecutorSettings {
  readonly timeout: number;
  readonly workDir: string | undefined;
  /** The working folder as it was given: what the component config says. */
  readonly givenWorkDir: string | undefined;
  readonly functions: readonly ExecutorFunction[];
  readonly functionsModule: string;
  readonly cleanupTempFiles: boolean;
  readonly virtualEnvContext: VirtualEnvContext | undefined;
  readonly pythonPath: string | undefined;
  readonly allowedLanguages: readonly LanguageName[];
  readonly interleave: boolean;
  readonly maxOutputBytes: number;
  readonly environment: EnvironmentPolicy;
  readonly repeat: Repeat;
}

const REPEATS: readonly unknown[] = ["safe", "never", "ask"] satisfies Repeat[];

function check(holds: boolean, option: string, value: unknown, allowed: string): void {
  if (holds) return;
  throw new ValueError(`The option ${option} is ${JSON.stringify(value) ?? String(value)}; it must be ${allowed}.`);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function checkFunctions(functions: unknown, languages: readonly LanguageName[]): void {
  const known = (entry: unknown): entry is ExecutorFunction =>
    ((typeof entry === "object" && entry !== null) || typeof entry === "function") &&
    ("pythonPackages" in entry || "npmPackages" in entry);
  const valid = Array.isArray(functions) && functions.every(known);
  check(
    valid,
    "functions",
    functions,
    "a list of what FunctionWithRequirementsStr.fromString or withRequirements gives",
  );
  if (!Array.isArray(functions) || languages.includes("javascript") || languages.includes("typescript")) return;
  const idle = functions.filter(known).find((entry) => !isPythonFunction(entry));
  if (idle === undefined) return;
  throw new ValueError(
    `The function ${idle.name} is for JavaScript, which this executor does not run: add "javascript" to allowedLanguages.`,
  );
}

function checkEnvironment({ inherit, set }: EnvironmentPolicy): void {
  const known = inherit === undefined || inherit === "safe" || inherit === "all" || isTextList(inherit);
  check(known, "environment.inherit", inherit, '"safe", "all" or a list of names');
  const texts = set === undefined || (isObject(set) && Object.values(set).every((value) => typeof value === "string"));
  // The values may be secrets, so the message names none.
  check(texts, "environment.set", isObject(set) ? Object.keys(set) : set, "an object of texts");
}

function languageNames(words: readonly string[]): readonly LanguageName[] {
  check(isTextList(words), "allowedLanguages", words, "a list of languages");
  const names = words.map((word) => {
    const language = findLanguage(word);
    if (language !== undefined) return language.name;
    throw new ValueError(`The option allowedLanguages has ${JSON.stringify(word)}, which no local executor runs.`);
  });
  return [...new Set(names)];
}

/**
 * The options with their defaults.
 *
 * @throws {ValueError} naming the first option that cannot be used.
 */
export function resolveOptions(options: LocalCommandLineCodeExecutorOptions): LocalExecutorSettings {
  const { timeout = 60, functionsModule = "functions", maxOutputBytes = 1024 * 1024, repeat = "never" } = options;
  const { workDir, pythonPath, virtualEnvContext: venv, interleave = false, cleanupTempFiles = true } = options;
  check(Number.isFinite(timeout) && timeout >= 1, "timeout", timeout, "a number of seconds, 1 or more");
  check(workDir === undefined || isText(workDir), "workDir", workDir, "the path of a folder");
  check(pythonPath === undefined || isText(pythonPath), "pythonPath", pythonPath, "the path of a Python");
  check(
    typeof functionsModule === "string" && isPythonIdentifier(functionsModule),
    "functionsModule",
    functionsModule,
    "a Python identifier",
  );
  check(Number.isSafeInteger(maxOutputBytes) && maxOutputBytes >= 1, "maxOutputBytes", maxOutputBytes, "1 or more");
  const allowedLanguages = languageNames(options.allowedLanguages ?? DEFAULT_LANGUAGES);
  check(REPEATS.includes(repeat), "repeat", repeat, '"safe", "never" or "ask"');
  check(typeof interleave === "boolean", "interleave", interleave, "true or false");
  check(typeof cleanupTempFiles === "boolean", "cleanupTempFiles", cleanupTempFiles, "true or false");
  const { functions = [], environment = {} } = options;
  checkFunctions(functions, allowedLanguages);
  checkEnvironment(environment);
  if (venv !== undefined) {
    check(isText(venv.envExe), "virtualEnvContext.envExe", venv.envExe, "the path of the environment's Python");
    check(isText(venv.binPath), "virtualEnvContext.binPath", venv.binPath, "the path of its folder of programs");
  }
  return {
    timeout,
    workDir: workDir === undefined ? undefined : resolve(workDir),
    givenWorkDir: workDir,
    functions: [...functions],
    functionsModule,
    cleanupTempFiles,
    virtualEnvContext: venv && { envExe: resolve(venv.envExe), binPath: resolve(venv.binPath) },
    pythonPath,
    allowedLanguages,
    interleave,
    maxOutputBytes,
    environment,
    repeat,
  };
}
