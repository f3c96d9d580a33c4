import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CodeBlock } from "@tesserae/core";
import { LocalCommandLineCodeExecutor } from "../code-executors/local/local-command-line-code-executor.ts";
import type { LocalCommandLineCodeExecutorOptions } from "../code-executors/local/options.ts";
import { findProgram } from "../code-executors/shared/find-program.ts";

/** The Python of this machine, for tests that are skipped without one. */
export const python: string | undefined = findProgram("python3", process.env) ?? findProgram("python", process.env);

/** A code block. */
export const block = (language: string, code: string): CodeBlock => ({ language, code });

/** Makes folders and executors, and takes all of them away again. */
export class ExecutorFixture {
  readonly #folders: string[] = [];
  readonly #executors: LocalCommandLineCodeExecutor[] = [];

  /** A new, empty folder. */
  folder(): string {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "tesserae-executor-test-")));
    this.#folders.push(folder);
    return folder;
  }

  /** An executor in a new folder, unless the options name one. */
  executor(options: LocalCommandLineCodeExecutorOptions = {}): LocalCommandLineCodeExecutor {
    const executor = new LocalCommandLineCodeExecutor({ workDir: options.workDir ?? this.folder(), ...options });
    this.#executors.push(executor);
    return executor;
  }

  async clear(): Promise<void> {
    for (const executor of this.#executors.splice(0)) await executor.stop();
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
