import { createHash, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import {
  CancelledError,
  isAbortError,
  isObject,
  renderPythonFunctionsFile,
  RuntimeError,
  throwIfAborted,
  ValueError,
  type CodeBlock,
  type CodeExecutor,
  type CodeResult,
  type ExecuteOptions,
  type Repeat,
} from "@tesserae/core";
import { fillFunctionsTemplate } from "../local/functions-prompt.ts";
import { resolveInWorkDir } from "../shared/code-file.ts";
import { checkBlocks } from "../shared/code-blocks.ts";
import { CurrentSession } from "../shared/current-session.ts";
import { findLanguage } from "../shared/languages.ts";
import { SetUpOnce } from "../shared/set-up-once.ts";
import { silencePip } from "../shared/silence-pip.ts";
import { existingWorkDir, openWorkFolder, type WorkFolder } from "../shared/work-folder.ts";
import { resolveSessionOptions, type ACADynamicSessionsCodeExecutorOptions, type SessionSettings } from "./options.ts";
import { PoolTimeoutError, SessionPool } from "./session-pool.ts";

const FUNCTIONS_TEMPLATE = `These Python functions are defined already; your code can call them.

$functions`;
/** Where a session keeps the files that are uploaded and can be downloaded. */
const ENTER_FILES = "import os; os.chdir('/mnt/data')";
const LIST_PACKAGES =
  "import importlib.metadata, json\n" +
  "print(json.dumps(sorted({d.metadata['Name'] for d in importlib.metadata.distributions() if d.metadata['Name']})))";
const TIMED_OUT = 124;
const CANCELLED = 125;

/** A package's name as PyPI compares it (PEP 503), without extras and versions. */
function packageName(requirement: string): string {
  return requirement
    .replace(/[\s[<>=!~;@].*$/s, "")
    .replaceAll(/[-_.]+/g, "-")
    .toLowerCase();
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Runs Python in a session of Azure Container Apps: a container of Microsoft's behind Hyper-V, with the packages that it
 * has. Blocks share the session's variables and files, as the cells of a notebook do; `restart` begins a new session.
 *
 * A block that takes too long gives exit code 124, an abort 125. The service has no way to break a block off: it may go on
 * in its session until it ends by itself, so `restart` before the next one.
 */
export class ACADynamicSessionsCodeExecutor implements CodeExecutor {
  readonly componentType = "code_executor";
  readonly repeat: Repeat;
  readonly #settings: SessionSettings;
  readonly #pool: SessionPool;
  readonly #setUp = new SetUpOnce<string>();
  readonly #work: CurrentSession<WorkFolder>;
  #sessionId: string;

  /** @throws {ValueError} for an option that cannot be used. */
  constructor(options: ACADynamicSessionsCodeExecutorOptions) {
    this.#settings = resolveSessionOptions(options);
    const { poolManagementEndpoint, timeout, sessionId, repeat, workDir } = this.#settings;
    this.#pool = new SessionPool(poolManagementEndpoint, options.credential, timeout);
    this.#sessionId = sessionId;
    this.#work = new CurrentSession(() => openWorkFolder(workDir));
    this.repeat = repeat;
  }

  /** The session that runs the code. */
  get sessionId(): string {
    return this.#sessionId;
  }

  /**
   * The folder on this machine that files are uploaded from and downloaded to.
   *
   * @throws {RuntimeError} for a temporary one before `start`.
   */
  get workDir(): string {
    return existingWorkDir(this.#settings.workDir ?? this.#work.opened?.folder);
  }

  /** Makes the working folder. The first upload or download does it if this was not called. */
  async start(): Promise<void> {
    await this.#work.open();
  }

  /** Removes a temporary working folder. The service ends the session when it has been idle for as long as the pool says. */
  async stop(): Promise<void> {
    await this.#work.close();
  }

  /** Begins a new session: variables and files of the old one are left behind. */
  async restart(): Promise<void> {
    this.#sessionId = randomUUID();
  }

  /** Stops the executor: `stop` under the name that `using` blocks know. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Runs blocks in order, and stops after the first that fails.
   *
   * @throws {CancelledError} when the signal is aborted already; an abort during the run gives exit code 125.
   * @throws {ValueError} for malformed blocks, and for functions that cannot be defined in the session.
   * @throws {RuntimeError} for a pool that refuses or cannot be reached.
   */
  async executeCodeBlocks(blocks: readonly CodeBlock[], options: ExecuteOptions = {}): Promise<CodeResult> {
    const { signal } = options;
    throwIfAborted(signal);
    checkBlocks(blocks);
    let output = "";
    try {
      await this.#setUp.ensure(this.#sessionId, () => this.#prepare(signal), signal);
      for (const { code, language } of blocks) {
        if (findLanguage(language)?.name !== "python") {
          return { exitCode: 1, output: `${output}\nunknown language ${language} (this executor runs python)` };
        }
        const result = await this.#run(silencePip(code, "python"), signal);
        output += result.output;
        if (result.exitCode !== 0) return { exitCode: result.exitCode, output };
      }
      return { exitCode: 0, output };
    } catch (error) {
      if (error instanceof PoolTimeoutError)
        return { exitCode: TIMED_OUT, output: `${output}\nTimeout: ${error.message}` };
      if (isAbortError(error))
        return { exitCode: CANCELLED, output: `${output}\nCancelled: the code may still run in its session.` };
      throw error;
    }
  }

  /** The names of the packages that the session has. */
  async getAvailablePackages(options: ExecuteOptions = {}): Promise<ReadonlySet<string>> {
    const { exitCode, output } = await this.#run(LIST_PACKAGES, options.signal);
    const names: unknown = exitCode === 0 ? JSON.parse(/\[.*\]/s.exec(output)?.[0] ?? "null") : undefined;
    if (Array.isArray(names)) return new Set(names.map(String));
    throw new RuntimeError(`The list of packages cannot be read: ${output.trim()}`);
  }

  /** The names of the session's files. */
  async getFileList(options: ExecuteOptions = {}): Promise<readonly string[]> {
    const { value } = await this.#pool.json("GET", "files", this.#sessionId, { signal: options.signal });
    const files = Array.isArray(value) ? value : [];
    return files.flatMap((file: unknown) => {
      const properties = isObject(file) ? file["properties"] : undefined;
      return isObject(properties) && typeof properties["filename"] === "string" ? [properties["filename"]] : [];
    });
  }

  /**
   * Uploads files of the working folder, each under the last part of its name.
   *
   * @throws {ValueError} for one that is not there or cannot be read; those before it are uploaded.
   */
  async uploadFiles(files: readonly string[], options: ExecuteOptions = {}): Promise<void> {
    const { folder } = await this.#work.open();
    for (const file of files) {
      const path = resolve(folder, file);
      const content = await readFile(path, options).catch((error: unknown) => {
        throwIfAborted(options.signal);
        throw new ValueError(`The file ${path} cannot be read.`, { cause: error });
      });
      const form = new FormData();
      form.append("file", new Blob([content], { type: "application/octet-stream" }), basename(path));
      const response = await this.#pool.request("POST", "files/upload", this.#sessionId, {
        form,
        signal: options.signal,
      });
      await response.body?.cancel();
    }
  }

  /**
   * Downloads files of the session into the working folder, and gives their paths.
   *
   * @throws {ValueError} for one that the session does not have, or whose name leads out of the working folder.
   */
  async downloadFiles(files: readonly string[], options: ExecuteOptions = {}): Promise<readonly string[]> {
    const { folder } = await this.#work.open();
    const available = await this.getFileList(options);
    const missing = files.find((file) => !available.includes(file));
    if (missing !== undefined) throw new ValueError(`The session has no file ${JSON.stringify(missing)}.`);
    const paths: string[] = [];
    for (const file of files) {
      const path = await resolveInWorkDir(folder, file);
      const { signal } = options;
      const response = await this.#pool.request("GET", `files/content/${encodeURIComponent(file)}`, this.#sessionId, {
        signal,
      });
      await writeFile(path, Buffer.from(await response.arrayBuffer()));
      paths.push(path);
    }
    return paths;
  }

  /** The functions as stubs in a prompt. The template may have `$functions`, and `$$` for a dollar sign. */
  formatFunctionsForPrompt(template: string = FUNCTIONS_TEMPLATE): string {
    return fillFunctionsTemplate(template, "functions", this.#settings.functions);
  }

  /** What decides how code runs: for a journal. The session and a temporary folder are left out. */
  describe(): { readonly [key: string]: unknown } {
    const { poolManagementEndpoint, timeout, suppressResultOutput, functions } = this.#settings;
    const sources = functions.length === 0 ? null : renderPythonFunctionsFile(functions);
    return {
      executor: "ACADynamicSessionsCodeExecutor",
      pool_management_endpoint: poolManagementEndpoint,
      timeout,
      suppress_result_output: suppressResultOutput,
      functions: sources === null ? null : createHash("sha256").update(sources).digest("hex"),
    };
  }

  /** Enters the folder of files and defines the functions. */
  async #prepare(signal: AbortSignal | undefined): Promise<void> {
    const entered = await this.#run(ENTER_FILES, signal);
    if (entered.exitCode !== 0) throw new RuntimeError(`The session cannot enter its folder: ${entered.output.trim()}`);
    const { functions } = this.#settings;
    if (functions.length === 0) return;
    const needed = functions.flatMap((entry) => entry.pythonPackages);
    if (needed.length > 0) {
      const available = new Set([...(await this.getAvailablePackages(signal ? { signal } : {}))].map(packageName));
      const missing = needed.filter((name) => !available.has(packageName(name)));
      if (missing.length > 0) {
        throw new ValueError(`The session does not have the packages ${missing.join(", ")}, and cannot install any.`);
      }
    }
    const defined = await this.#run(renderPythonFunctionsFile(functions), signal);
    if (defined.exitCode !== 0) throw new ValueError(`Defining the functions failed: ${defined.output.trim()}`);
  }

  async #run(code: string, signal: AbortSignal | undefined): Promise<CodeResult> {
    if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
    const json = { properties: { codeInputType: "inline", executionType: "synchronous", code } };
    const { properties } = await this.#pool.json("POST", "code/execute", this.#sessionId, { json, signal });
    if (!isObject(properties)) throw new RuntimeError("The session pool's answer has no properties.");
    const { status, stdout, stderr, result } = properties;
    const failed = typeof status !== "string" || !/^succe/i.test(status);
    const value = failed || this.#settings.suppressResultOutput ? "" : textOf(result);
    return { exitCode: failed ? 1 : 0, output: textOf(stdout) + textOf(stderr) + value };
  }
}
