import { createHash } from "node:crypto";
import {
  isAbortError,
  throwIfAborted,
  type CodeBlock,
  type CodeExecutor,
  type ComponentDefinition,
  type ExecuteOptions,
  type Repeat,
} from "@tesserae/core";
import { checkBlocks, runBlocks } from "../shared/code-blocks.ts";
import type { CommandLineCodeResult } from "../shared/command-line-code-result.ts";
import { CurrentSession } from "../shared/current-session.ts";
import { SetUpOnce } from "../shared/set-up-once.ts";
import { TemporaryFiles } from "../shared/temporary-files.ts";
import { warnOnce } from "../shared/warn.ts";
import { existingWorkDir, warnOfCurrentFolder } from "../shared/work-folder.ts";
import { LOCAL_EXECUTOR_CONFIG_SCHEMA, localExecutorOptions, localExecutorToConfig } from "./config.ts";
import { isPythonFunction, setUpFunctions } from "./executor-functions.ts";
import { fillFunctionsTemplate } from "./functions-prompt.ts";
import { resolveOptions, type LocalCommandLineCodeExecutorOptions, type LocalExecutorSettings } from "./options.ts";
import { runBlock } from "./run-block.ts";
import { openSession, type LocalSession } from "./session.ts";

const UNSANDBOXED =
  "LocalCommandLineCodeExecutor runs code on this machine with the rights of this process. " +
  "For code that a model wrote, prefer an executor in a container (https://docs.docker.com/get-docker/), or let a person approve it.";

/**
 * Runs code blocks on this machine, each as a file in the working folder and a process group of its own.
 *
 * **Nothing is isolated**: the code may do what this process may do. What is limited: time (the whole group is ended),
 * output, where a block's own file may lie, and which variables of the environment it sees. Processes that a block
 * leaves in the background live until the call ends; none outlives this process, unless it made itself a session of
 * its own.
 *
 * Languages: bash, sh (shell), PowerShell (pwsh, ps1), Python; JavaScript and TypeScript if allowed. Blocks run in
 * order until one fails. A call's output is that of its blocks, joined; exit codes are those of the failed program,
 * 124 after a timeout, 125 after an abort, 127 where no program runs the language, 1 for an unknown language or a
 * refused file name, 128 and the number for a program that a signal ended.
 */
export class LocalCommandLineCodeExecutor implements CodeExecutor {
  static readonly component: ComponentDefinition<LocalCommandLineCodeExecutor> = {
    provider: "autogen_ext.code_executors.local.LocalCommandLineCodeExecutor",
    componentType: "code_executor",
    label: "LocalCommandLineCodeExecutor",
    description: "Runs code blocks on this machine, without isolation.",
    schema: LOCAL_EXECUTOR_CONFIG_SCHEMA,
    toConfig: (executor) => ({ ...localExecutorToConfig(executor) }),
    fromConfig: (config) => new LocalCommandLineCodeExecutor(localExecutorOptions(config)),
  };

  readonly componentType = "code_executor";
  readonly repeat: Repeat;
  /** The options with their defaults. */
  readonly settings: LocalExecutorSettings;
  readonly #files = new TemporaryFiles();
  readonly #setUp = new SetUpOnce<LocalSession>();
  readonly #session: CurrentSession<LocalSession>;

  /** @throws {ValueError} for an option that cannot be used. */
  constructor(options: LocalCommandLineCodeExecutorOptions = {}) {
    this.settings = resolveOptions(options);
    this.repeat = this.settings.repeat;
    this.#session = new CurrentSession(() => openSession(this.settings));
    warnOnce("TESSERAE_CODE_RUNS_UNSANDBOXED", UNSANDBOXED);
    warnOfCurrentFolder(this.settings.workDir);
  }

  /**
   * The working folder.
   *
   * @throws {RuntimeError} for a temporary one before `start`.
   */
  get workDir(): string {
    return existingWorkDir(this.settings.workDir ?? this.#session.opened?.folder);
  }

  /**
   * Makes the working folder and reads the environment. The first execution does it if this was not called.
   *
   * @throws {ValueError} when the working folder cannot be written to.
   */
  async start(): Promise<void> {
    await this.#session.open();
  }

  /** Ends what runs (with exit code 125) and removes a temporary working folder. The executor can be started again. */
  async stop(): Promise<void> {
    await this.#session.close();
  }

  /** Does nothing but say so once: there is no state to forget beyond the files in the working folder. */
  async restart(): Promise<void> {
    const text = "Restarting a local code executor does nothing: files in its working folder stay.";
    warnOnce("TESSERAE_RESTART_DOES_NOTHING", text);
  }

  /** Stops the executor: `stop` under the name that `using` blocks know. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Runs blocks in order, and stops after the first that fails. On the first call the functions are made importable.
   *
   * @throws {CancelledError} when the signal is aborted already; an abort during the run gives exit code 125.
   * @throws {ValueError} for malformed blocks, an unusable working folder, and functions that cannot be set up.
   */
  async executeCodeBlocks(blocks: readonly CodeBlock[], options: ExecuteOptions = {}): Promise<CommandLineCodeResult> {
    throwIfAborted(options.signal);
    checkBlocks(blocks);
    return this.#session.run((signal) => this.#execute(blocks, signal), options.signal);
  }

  /**
   * The functions as stubs in a prompt. The template may have `$module_name` and `$functions`, and `$$` for a dollar
   * sign; it is filled for the functions of each language.
   */
  formatFunctionsForPrompt(template?: string): string {
    return fillFunctionsTemplate(template, this.settings.functionsModule, this.settings.functions);
  }

  /** What decides how code runs: for a journal. The values of variables are left out, a temporary folder too. */
  describe(): { readonly [key: string]: unknown } {
    const { settings } = this;
    const functions = settings.functions.map((entry) =>
      isPythonFunction(entry)
        ? { source: entry.source, pythonPackages: entry.pythonPackages, globalImports: entry.globalImports }
        : { name: entry.name, source: entry.source, npmPackages: entry.npmPackages, imports: entry.imports },
    );
    return {
      executor: "LocalCommandLineCodeExecutor",
      timeout: settings.timeout,
      work_dir: settings.workDir ?? null,
      functions_module: settings.functionsModule,
      functions: functions.length === 0 ? null : createHash("sha256").update(JSON.stringify(functions)).digest("hex"),
      virtual_env: settings.virtualEnvContext?.envExe ?? null,
      python_path: settings.pythonPath ?? null,
      allowed_languages: settings.allowedLanguages.toSorted(),
      interleave: settings.interleave,
      max_output_bytes: settings.maxOutputBytes,
      environment: {
        inherit: settings.environment.inherit ?? "safe",
        set: Object.keys(settings.environment.set ?? {}).toSorted(),
      },
    };
  }

  async #ensureFunctions(session: LocalSession, signal: AbortSignal): Promise<void> {
    const { functions, functionsModule } = this.settings;
    if (functions.length === 0) return;
    await this.#setUp.ensure(session, () => setUpFunctions(session, functions, functionsModule, signal), signal);
  }

  async #execute(blocks: readonly CodeBlock[], signal: AbortSignal): Promise<CommandLineCodeResult> {
    const session = await this.#session.open();
    try {
      await this.#ensureFunctions(session, signal);
    } catch (error) {
      if (!isAbortError(error)) throw error;
      return { exitCode: 125, output: "\nCancelled: the functions were being set up." };
    }
    const { settings } = this;
    return runBlocks(blocks, (block) => runBlock(block, { session, settings, files: this.#files, signal }));
  }
}
