import { createHash } from "node:crypto";
import {
  isAbortError,
  RuntimeError,
  throwIfAborted,
  ValueError,
  type CodeBlock,
  type CodeExecutor,
  type ComponentDefinition,
  type ExecuteOptions,
  type Repeat,
} from "@tesserae/core";
import { fillFunctionsTemplate } from "../local/functions-prompt.ts";
import { checkBlocks, runBlocks } from "../shared/code-blocks.ts";
import type { CommandLineCodeResult } from "../shared/command-line-code-result.ts";
import { CurrentSession } from "../shared/current-session.ts";
import { SetUpOnce } from "../shared/set-up-once.ts";
import { TemporaryFiles } from "../shared/temporary-files.ts";
import { existingWorkDir, warnOfCurrentFolder } from "../shared/work-folder.ts";
import { DOCKER_EXECUTOR_CONFIG_SCHEMA, dockerExecutorOptions, dockerExecutorToConfig } from "./config.ts";
import { WORKSPACE } from "./container-request.ts";
import type { ExecOptions } from "./exec.ts";
import { setUpFunctions } from "./functions.ts";
import {
  resolveDockerOptions,
  type DockerCommandLineCodeExecutorOptions,
  type DockerExecutorSettings,
} from "./options.ts";
import { runBlock } from "./run-block.ts";
import { openDockerSession, type DockerSession } from "./session.ts";

/**
 * Runs code blocks in a container of Docker's, or of an engine that speaks its protocol (Podman): Python and shells.
 *
 * The code sees the image, the working folder as `/workspace`, and what `extraVolumes` adds. It **has a network** as any
 * container does, the host's own services among what it may reach, unless `networkDisabled`; it shares the host's kernel
 * unless a `runtime` gives it another; and nothing bounds its memory unless `hostConfig` does. One container serves all
 * calls: what a block leaves in it, the next finds.
 *
 * `start` makes the container, `stop` ends it; it ends with this process, too. Blocks run in order until one fails.
 * Output is what both streams held, in the order of writing. Exit codes are those of the failed program, 124 after a
 * timeout, 1 after an abort, for a language that does not run here and for a refused file name, 126 and 127 where the
 * image cannot run it.
 */
export class DockerCommandLineCodeExecutor implements CodeExecutor {
  static readonly component: ComponentDefinition<DockerCommandLineCodeExecutor> = {
    provider: "autogen_ext.code_executors.docker.DockerCommandLineCodeExecutor",
    componentType: "code_executor",
    label: "DockerCommandLineCodeExecutor",
    description: "Runs code blocks in a container.",
    schema: DOCKER_EXECUTOR_CONFIG_SCHEMA,
    toConfig: (executor) => dockerExecutorToConfig(executor),
    fromConfig: (config) => new DockerCommandLineCodeExecutor(dockerExecutorOptions(config)),
  };

  readonly componentType = "code_executor";
  readonly repeat: Repeat;
  /** The options with their defaults. */
  readonly settings: DockerExecutorSettings;
  readonly #files = new TemporaryFiles();
  readonly #setUp = new SetUpOnce<DockerSession>();
  readonly #session: CurrentSession<DockerSession>;

  /** @throws {ValueError} for an option that cannot be used. */
  constructor(options: DockerCommandLineCodeExecutorOptions = {}) {
    this.settings = resolveDockerOptions(options);
    this.repeat = this.settings.repeat;
    this.#session = new CurrentSession(() => openDockerSession(this.settings));
    warnOfCurrentFolder(this.settings.workDir);
  }

  /**
   * The working folder on this machine.
   *
   * @throws {RuntimeError} for a temporary one before `start`.
   */
  get workDir(): string {
    return existingWorkDir(this.settings.workDir ?? this.#session.opened?.folder);
  }

  /** The container's name, between `start` and `stop`. */
  get containerName(): string | undefined {
    return this.#session.opened?.container.name ?? this.settings.containerName;
  }

  /**
   * Makes the working folder and starts the container; the image is pulled when it is not there.
   *
   * @throws {ValueError} when the working folder cannot be written to.
   * @throws {RuntimeError} when no engine answers, the image cannot be had, the name is taken by a container of somebody
   * else's, or the container does not run.
   */
  async start(): Promise<void> {
    await this.#session.open();
  }

  /** Ends what runs, stops the container, and then removes a temporary working folder. It can be started again. */
  async stop(): Promise<void> {
    await this.#session.close();
  }

  /**
   * Restarts the container: what runs in it ends. The agent that uses the executor calls it when it is reset.
   *
   * @throws {RuntimeError} before `start`, and for a container that does not run again.
   */
  async restart(): Promise<void> {
    const session = this.#session.opened;
    if (session === undefined) throw new RuntimeError("The container is not running: call start() first.");
    await session.container.restart();
  }

  /** Stops the executor: `stop` under the name that `using` blocks know. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Runs blocks in order, and stops after the first that fails. On the first call the functions are made importable.
   *
   * @throws {CancelledError} when the signal is aborted already; an abort during the run gives exit code 1.
   * @throws {ValueError} before `start`, for no or malformed blocks, and for functions that cannot be set up.
   * @throws {RuntimeError} when the container is gone, or the engine does not answer.
   */
  async executeCodeBlocks(blocks: readonly CodeBlock[], options: ExecuteOptions = {}): Promise<CommandLineCodeResult> {
    throwIfAborted(options.signal);
    const session = this.#session.opened;
    if (session === undefined) throw new ValueError("The container is not running: call start() first.");
    checkBlocks(blocks);
    if (blocks.length === 0) throw new ValueError("There are no code blocks to run.");
    return this.#session.run((signal) => this.#execute(session, blocks, signal), options.signal);
  }

  /**
   * The functions as stubs in a prompt. The template may have `$module_name` and `$functions`, and `$$` for a dollar
   * sign.
   */
  formatFunctionsForPrompt(template?: string): string {
    return fillFunctionsTemplate(template, this.settings.functionsModule, this.settings.functions);
  }

  /** What decides how code runs: for a journal. A temporary folder and a random name are left out. */
  describe(): { readonly [key: string]: unknown } {
    const { functions, workDir, givenWorkDir: _, bindDir, ...rest } = this.settings;
    const sources = functions.map(({ source, pythonPackages, globalImports }) => ({
      source,
      pythonPackages,
      globalImports,
    }));
    return {
      executor: "DockerCommandLineCodeExecutor",
      ...rest,
      workDir: workDir ?? null,
      bindDir: bindDir ?? workDir ?? null,
      functions: sources.length === 0 ? null : createHash("sha256").update(JSON.stringify(sources)).digest("hex"),
    };
  }

  #execOptions(signal: AbortSignal): ExecOptions {
    const { timeout, maxOutputBytes, functions } = this.settings;
    // What was printed before a timeout must not be lost in Python's buffer; a script in a folder further down has that
    // folder on its path, not the working folder.
    const environment = ["PYTHONUNBUFFERED=1", ...(functions.length === 0 ? [] : [`PYTHONPATH=${WORKSPACE}`])];
    return { timeout, maxOutputBytes, environment, signal };
  }

  async #ensureFunctions(session: DockerSession, signal: AbortSignal): Promise<void> {
    const { functions, functionsModule } = this.settings;
    if (functions.length === 0) return;
    const { container, folder } = session;
    const exec = this.#execOptions(signal);
    await this.#setUp.ensure(
      session,
      () => setUpFunctions(container, folder, functions, functionsModule, exec),
      signal,
    );
  }

  async #execute(
    session: DockerSession,
    blocks: readonly CodeBlock[],
    signal: AbortSignal,
  ): Promise<CommandLineCodeResult> {
    try {
      await this.#ensureFunctions(session, signal);
    } catch (error) {
      if (!isAbortError(error)) throw error;
      return { exitCode: 1, output: "Code execution was cancelled: the functions were being set up." };
    }
    const { container, folder } = session;
    const exec = this.#execOptions(signal);
    const files = { folder, files: this.#files, removeTemporary: this.settings.deleteTmpFiles };
    return runBlocks(blocks, (block) => runBlock(block, { container, files, exec }));
  }
}
