export { DockerCommandLineCodeExecutor } from "./docker-command-line-code-executor.ts";
export type { DockerCommandLineCodeExecutorOptions, DockerExecutorSettings, VolumeBinding } from "./options.ts";
export type { CommandLineCodeResult } from "../shared/command-line-code-result.ts";
