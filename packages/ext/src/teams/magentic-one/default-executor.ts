import { RuntimeError, type CodeBlock, type CodeExecutor, type CodeResult, type ExecuteOptions } from "@tesserae/core";
import { createDefaultCodeExecutor } from "../../code-executors/create-default-code-executor.ts";

/** The executor of who chose none: in a container where there is an engine, else on this machine; found when first used. */
export class DefaultExecutor implements CodeExecutor {
  readonly componentType = "code_executor";
  readonly #workDir: string | undefined;
  #started: Promise<CodeExecutor> | undefined;

  constructor(workDir: string | undefined) {
    this.#workDir = workDir;
  }

  async start(): Promise<void> {
    this.#started ??= this.#make();
    try {
      await this.#started;
    } catch (error) {
      this.#started = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    const executor = await started?.catch(() => undefined);
    await executor?.stop();
  }

  async restart(): Promise<void> {
    await (await this.#started)?.restart();
  }

  async executeCodeBlocks(blocks: readonly CodeBlock[], options?: ExecuteOptions): Promise<CodeResult> {
    await this.start();
    const executor = await this.#started;
    if (executor === undefined) throw new RuntimeError("The code executor was stopped while it started.");
    return executor.executeCodeBlocks(blocks, options);
  }

  async #make(): Promise<CodeExecutor> {
    const executor = await createDefaultCodeExecutor(this.#workDir);
    await executor.start();
    return executor;
  }
}
