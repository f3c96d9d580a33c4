export { LocalCommandLineCodeExecutor } from "./local-command-line-code-executor.ts";
export type { LocalCommandLineCodeExecutorOptions, LocalExecutorSettings, VirtualEnvContext } from "./options.ts";
export { FUNCTIONS_PROMPT_TEMPLATE } from "./functions-prompt.ts";
export {
  LOCAL_EXECUTOR_CONFIG_SCHEMA,
  localExecutorOptions,
  localExecutorToConfig,
  type LocalExecutorConfig,
} from "./config.ts";
export type { CommandLineCodeResult } from "../shared/command-line-code-result.ts";
export type { EnvironmentPolicy } from "../shared/environment.ts";
