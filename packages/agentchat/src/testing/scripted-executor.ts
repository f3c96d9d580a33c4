import { RuntimeError, type CodeBlock, type CodeExecutor, type CodeResult, type ExecuteOptions } from "@tesserae/core";

/** An executor for tests that runs nothing: each call takes the next result. */
export class ScriptedExecutor implements CodeExecutor {
  /** The blocks of every call. */
  readonly executed: (readonly CodeBlock[])[] = [];
  /** What happened to it beside calls: `restart`, `stop`. */
  readonly events: string[] = [];
  readonly #results: readonly (CodeResult | ((options: ExecuteOptions) => Promise<CodeResult>))[];

  constructor(results: readonly (CodeResult | ((options: ExecuteOptions) => Promise<CodeResult>))[]) {
    this.#results = results;
  }

  async executeCodeBlocks(blocks: readonly CodeBlock[], options: ExecuteOptions = {}): Promise<CodeResult> {
    this.executed.push(blocks);
    const result = this.#results[this.executed.length - 1];
    if (result === undefined) throw new RuntimeError("The executor has no further result.");
    return typeof result === "function" ? result(options) : result;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.events.push("stop");
  }

  async restart(): Promise<void> {
    this.events.push("restart");
  }
}
