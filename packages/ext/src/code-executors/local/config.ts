import { isObject, ValueError, type JsonObject, type Repeat } from "@tesserae/core";
import { DEFAULT_LANGUAGES } from "../shared/languages.ts";
import { warn, warnOnce } from "../shared/warn.ts";
import type { LocalCommandLineCodeExecutorOptions, LocalExecutorSettings } from "./options.ts";

/** The executor's component config. The first four keys are Python AutoGen's, which ignores the others. */
export interface LocalExecutorConfig {
  readonly timeout?: number;
  /** Null or absent: a temporary folder. */
  readonly work_dir?: string | null;
  readonly functions_module?: string;
  readonly cleanup_temp_files?: boolean;
  readonly python_path?: string;
  readonly allowed_languages?: readonly string[];
  readonly interleave?: boolean;
  readonly max_output_bytes?: number;
  readonly repeat?: Repeat;
  readonly inherit_environment?: "safe" | "all" | readonly string[];
}

/** The JSON Schema of {@link LocalExecutorConfig}. */
export const LOCAL_EXECUTOR_CONFIG_SCHEMA: JsonObject = {
  type: "object",
  title: "LocalCommandLineCodeExecutorConfig",
  properties: {
    timeout: { type: "number", minimum: 1, default: 60, description: "Longest run of one code block, in seconds." },
    work_dir: {
      anyOf: [{ type: "string", minLength: 1 }, { type: "null" }],
      default: null,
      description: "Where code is written and run; null for a temporary folder.",
    },
    functions_module: { type: "string", default: "functions", description: "The module that holds the functions." },
    cleanup_temp_files: { type: "boolean", default: true, description: "Delete the files of blocks that name none." },
    python_path: { type: "string", minLength: 1, description: "The Python to use instead of the one on PATH." },
    allowed_languages: {
      type: "array",
      items: { type: "string" },
      default: [...DEFAULT_LANGUAGES],
      description: "The languages that run.",
    },
    interleave: { type: "boolean", default: false, description: "Both output streams in the order of writing." },
    max_output_bytes: {
      type: "integer",
      minimum: 1,
      default: 1048576,
      description: "Most bytes kept of each output stream of a block.",
    },
    repeat: {
      enum: ["safe", "never", "ask"],
      default: "never",
      description: "What resuming does with an execution in doubt.",
    },
    inherit_environment: {
      anyOf: [{ enum: ["safe", "all"] }, { type: "array", items: { type: "string" } }],
      default: "safe",
      description: "Which variables of the process the code sees.",
    },
  },
};

/**
 * The executor's component config: Python's four keys as Python writes them, ours only where they differ from the
 * default. A temporary folder is not written: it is gone when the config is read. Functions, the virtual environment
 * and variables that are set (they may be secrets) are not part of it; a warning says so.
 */
export function localExecutorToConfig(executor: { readonly settings: LocalExecutorSettings }): LocalExecutorConfig {
  const { settings } = executor;
  const lost = [
    settings.functions.length > 0 ? "functions" : undefined,
    settings.virtualEnvContext === undefined ? undefined : "virtualEnvContext",
    settings.environment.set === undefined ? undefined : "environment.set",
  ].filter((entry) => entry !== undefined);
  if (lost.length > 0) {
    const text = `The config of a LocalCommandLineCodeExecutor leaves out ${lost.join(", ")}: give these again when it is loaded.`;
    warnOnce("TESSERAE_CONFIG_INCOMPLETE", text);
  }
  const languages = settings.allowedLanguages;
  const usual =
    languages.length === DEFAULT_LANGUAGES.length && DEFAULT_LANGUAGES.every((name) => languages.includes(name));
  const { inherit = "safe" } = settings.environment;
  return {
    timeout: settings.timeout,
    ...(settings.givenWorkDir === undefined ? {} : { work_dir: settings.givenWorkDir }),
    functions_module: settings.functionsModule,
    cleanup_temp_files: settings.cleanupTempFiles,
    ...(settings.pythonPath === undefined ? {} : { python_path: settings.pythonPath }),
    ...(usual ? {} : { allowed_languages: languages }),
    ...(settings.interleave ? { interleave: true } : {}),
    ...(settings.maxOutputBytes === 1048576 ? {} : { max_output_bytes: settings.maxOutputBytes }),
    ...(settings.repeat === "never" ? {} : { repeat: settings.repeat }),
    ...(inherit === "safe" ? {} : { inherit_environment: inherit }),
  };
}

function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

/** Reads one key; null counts as absent, as Python's optional fields do. */
function read<T>(
  config: Record<string, unknown>,
  key: string,
  what: string,
  is: (value: unknown) => value is T,
): T | undefined {
  const value = config[key] ?? undefined;
  if (value === undefined || is(value)) return value;
  throw new ValueError(
    `/${key} of a LocalCommandLineCodeExecutor's config is ${JSON.stringify(value)}; it must be ${what}.`,
  );
}

const isNumber = (value: unknown): value is number => typeof value === "number";
const isString = (value: unknown): value is string => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isRepeat = (value: unknown): value is Repeat => value === "safe" || value === "never" || value === "ask";
const isInherit = (value: unknown): value is "safe" | "all" | readonly string[] =>
  value === "safe" || value === "all" || isStringList(value);

/**
 * The options of an executor from its component config, Python's or ours. Unknown keys are ignored with a warning.
 *
 * @throws {ValueError} naming the key whose value cannot be used.
 */
export function localExecutorOptions(config: unknown): LocalCommandLineCodeExecutorOptions {
  if (!isObject(config)) throw new ValueError("The config of a LocalCommandLineCodeExecutor must be an object.");
  const known = LOCAL_EXECUTOR_CONFIG_SCHEMA["properties"];
  for (const key of Object.keys(config)) {
    if (isObject(known) && Object.hasOwn(known, key)) continue;
    warn(
      "TESSERAE_UNKNOWN_CONFIG_KEY",
      `The config of a LocalCommandLineCodeExecutor has the unknown key ${JSON.stringify(key)}.`,
    );
  }
  const inherit = read(config, "inherit_environment", '"safe", "all" or a list of names', isInherit);
  const values = {
    timeout: read(config, "timeout", "a number", isNumber),
    workDir: read(config, "work_dir", "a string or null", isString),
    functionsModule: read(config, "functions_module", "a string", isString),
    cleanupTempFiles: read(config, "cleanup_temp_files", "true or false", isBoolean),
    pythonPath: read(config, "python_path", "a string", isString),
    allowedLanguages: read(config, "allowed_languages", "a list of strings", isStringList),
    interleave: read(config, "interleave", "true or false", isBoolean),
    maxOutputBytes: read(config, "max_output_bytes", "a number", isNumber),
    repeat: read(config, "repeat", '"safe", "never" or "ask"', isRepeat),
    environment: inherit === undefined ? undefined : { inherit },
  };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const options: LocalCommandLineCodeExecutorOptions = Object.fromEntries(given);
  return options;
}
