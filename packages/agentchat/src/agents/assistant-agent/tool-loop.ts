import type {
  Awaitable,
  ChatCompletionClient,
  CreateOptions,
  FunctionCall,
  FunctionExecutionResult,
  LLMMessage,
  RequestUsage,
  RunContext,
  ToolSchema,
} from "@tesserae/core";

/** One round of the tool loop: a model call that asked for tools, and what they gave. */
export interface ToolStep {
  readonly toolCalls: readonly FunctionCall[];
  /** In the order of the calls. */
  readonly toolResults: readonly FunctionExecutionResult[];
  readonly thought: string | undefined;
  /** Of the model call. */
  readonly usage: RequestUsage;
}

/** What a {@link StopCondition} is told, after tools were run. */
export interface StopWhenState {
  /** The rounds of this turn so far; their number is that of the iteration. */
  readonly steps: readonly ToolStep[];
  /** The tokens of their model calls. */
  readonly usage: RequestUsage;
}

/** Says whether the tool loop ends here: by reflection or summary, as at `maxToolIterations`. */
export type StopCondition = (state: StopWhenState) => Awaitable<boolean>;

/** What {@link PrepareStep} is told before a model call of the tool loop. */
export interface PrepareStepState {
  /** From 0: how many rounds of tool calls lie behind. */
  readonly stepNumber: number;
  readonly steps: readonly ToolStep[];
  /** `reflect` for the last call, which is offered no tools. */
  readonly purpose: "reply" | "reflect";
  readonly modelClient: ChatCompletionClient;
  /** What the model is going to see, without the instructions. */
  readonly messages: readonly LLMMessage[];
  /** What it is going to be offered, handoffs included. */
  readonly tools: readonly ToolSchema[];
  readonly context: RunContext;
}

/** What holds for one model call only, in place of what the agent was made with. */
export interface PreparedStep extends Pick<CreateOptions, "toolChoice" | "extraCreateArgs"> {
  readonly modelClient?: ChatCompletionClient | undefined;
  /** Instructions; `null` for none. */
  readonly systemMessage?: string | null | undefined;
  /** What the model sees. The model context itself stays as it is. */
  readonly messages?: readonly LLMMessage[] | undefined;
  /** The names of the tools that are offered; a call of another tool is answered with an error. */
  readonly activeTools?: readonly string[] | undefined;
}

/** Looks at the next model call of the tool loop, and changes it or not. Asked again in a replay: its answer is not recorded. */
export type PrepareStep = (state: PrepareStepState) => Awaitable<PreparedStep | undefined>;
