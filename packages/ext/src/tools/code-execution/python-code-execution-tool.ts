import {
  BaseTool,
  isObject,
  ToolArgumentsError,
  ValueError,
  type CodeExecutor,
  type ComponentDefinition,
  type JsonObject,
  type RequiresApproval,
  type ToolCallOptions,
  type ToolSchema,
} from "@tesserae/core";

/** What a run of code gave. A model gets the output alone. */
export interface CodeExecutionResult {
  /** The program ended with exit code 0. */
  readonly success: boolean;
  readonly output: string;
}

/** What makes a {@link PythonCodeExecutionTool}. */
export interface PythonCodeExecutionToolOptions {
  /** What the model reads of the tool. Default: `Execute Python code blocks.` */
  readonly description?: string;
  /** Whether a person must approve each program before it runs. Default false. */
  readonly requiresApproval?: RequiresApproval;
}

const DESCRIPTION = "Execute Python code blocks.";

function makeOf(config: JsonObject, executor: CodeExecutor): PythonCodeExecutionTool {
  const { description } = config;
  return new PythonCodeExecutionTool(executor, typeof description === "string" ? { description } : {});
}

/**
 * Lets a model run Python in a code executor: one argument, `code`. The executor is started with the first call, and
 * belongs to whoever made it; `close` stops it for who has only the tool. Whether a begun call may be repeated after a
 * crash is for the executor to say.
 */
export class PythonCodeExecutionTool extends BaseTool<CodeExecutionResult> {
  static readonly component: ComponentDefinition<PythonCodeExecutionTool> = {
    provider: "autogen_ext.tools.code_execution.PythonCodeExecutionTool",
    componentType: "tool",
    label: "PythonCodeExecutionTool",
    description: "Runs Python in a code executor.",
    schema: {
      type: "object",
      properties: {
        executor: { "x-component": ["code_executor"], description: "What runs the code." },
        description: { type: "string", default: DESCRIPTION, description: "What the model reads of the tool." },
      },
      required: ["executor"],
    },
    toConfig: (tool, context) => ({ executor: context.component(tool.executor), description: tool.description }),
    fromConfig: async (config, context) =>
      makeOf(config, await context.component<CodeExecutor>(config["executor"], "/executor")),
  };

  /** What runs the code. */
  readonly executor: CodeExecutor;
  readonly schema: ToolSchema;

  /** @throws {ValueError} for something that is no code executor. */
  constructor(executor: CodeExecutor, options: PythonCodeExecutionToolOptions = {}) {
    if (typeof executor?.executeCodeBlocks !== "function") {
      throw new ValueError("A PythonCodeExecutionTool needs a code executor to run code in.");
    }
    const { description = DESCRIPTION, requiresApproval } = options;
    super({ name: "CodeExecutor", description, repeat: executor.repeat, requiresApproval });
    this.executor = executor;
    this.schema = {
      name: this.name,
      description,
      parameters: {
        type: "object",
        properties: {
          code: {
            type: "string",
            title: "Code",
            description: "The contents of the Python code block that should be executed",
          },
        },
        required: ["code"],
        additionalProperties: false,
      },
      strict: false,
    };
  }

  /**
   * Runs one block of Python. Code that fails is a result without success, not an error.
   *
   * @throws {ToolArgumentsError} for anything but `{ code: string }`.
   */
  async runJson(args: unknown, options: ToolCallOptions = {}): Promise<CodeExecutionResult> {
    const code = isObject(args) ? args["code"] : undefined;
    if (typeof code !== "string") {
      throw new ToolArgumentsError(this.name, [{ pointer: "/code", message: "must be the text of a Python program" }]);
    }
    await this.executor.start();
    const { signal } = options;
    const blocks = [{ code, language: "python" }];
    const { exitCode, output } = await this.executor.executeCodeBlocks(blocks, signal === undefined ? {} : { signal });
    return { success: exitCode === 0, output };
  }

  override returnValueAsString(value: CodeExecutionResult): string {
    return value.output;
  }

  /** Stops the executor. */
  async close(): Promise<void> {
    await this.executor.stop();
  }
}
