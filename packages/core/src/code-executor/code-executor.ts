/** A piece of code and its language, as a model wrote it. */
export interface CodeBlock {
  readonly code: string;
  readonly language: string;
}

/** What running code gave. */
export interface CodeResult {
  /** 0 means success. */
  readonly exitCode: number;
  /** What the code printed. */
  readonly output: string;
}

/** What a code executor may be told about a call. */
export interface ExecuteOptions {
  /** Aborting stops the code and everything it started. */
  readonly signal?: AbortSignal;
}

/** Whether a begun and unsettled effect may be performed again when a run is resumed. */
export type Repeat = "safe" | "never" | "ask";

/**
 * Runs code blocks (component type `code_executor`).
 * Code blocks run in order; the first that fails ends the run.
 */
export interface CodeExecutor {
  readonly componentType?: "code_executor";
  /** What resume does with a begun, unsettled execution. Default `"never"`. */
  readonly repeat?: Repeat;
  /** Prepares the executor. Calling it twice is harmless. */
  start(): Promise<void>;
  /** Frees what `start` took. */
  stop(): Promise<void>;
  /** Called when the agent that uses the executor is reset. */
  restart(): Promise<void>;
  executeCodeBlocks(blocks: readonly CodeBlock[], options?: ExecuteOptions): Promise<CodeResult>;
  /** What identifies this executor's configuration in a journal. */
  describe?(): { readonly [key: string]: unknown };
}
