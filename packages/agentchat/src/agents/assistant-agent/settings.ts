import type {
  Awaitable,
  CallToolOptions,
  ChatCompletionClient,
  ChatCompletionContext,
  FunctionCall,
  FunctionExecutionResult,
  LimitError,
  Memory,
  OutputSchema,
  SystemMessage,
  Workbench,
} from "@tesserae/core";
import type { AgentMiddleware } from "../../base/agent-middleware.ts";
import type { Handoff } from "../../base/handoff.ts";
import type { OfferedTools } from "./offered-tools.ts";
import type { ContentType } from "../../messages/definition.ts";
import type { StreamItem } from "../../messages/types.ts";
import type { PrepareStep, StopCondition } from "./tool-loop.ts";

/** The options of an assistant, checked and completed. */
export interface AssistantSettings {
  readonly name: string;
  readonly modelClient: ChatCompletionClient;
  readonly workbenches: readonly Workbench[];
  /** By the name of the tool that the model calls. */
  readonly handoffs: ReadonlyMap<string, Handoff>;
  readonly modelContext: ChatCompletionContext;
  readonly system: readonly SystemMessage[];
  readonly modelClientStream: boolean;
  readonly reflectOnToolUse: boolean;
  /** `Infinity` where only `stopWhen` ends the loop. */
  readonly maxToolIterations: number;
  readonly stopWhen: readonly StopCondition[] | undefined;
  readonly prepareStep?: PrepareStep | undefined;
  readonly middleware: readonly AgentMiddleware[] | undefined;
  readonly parallelToolCalls: boolean;
  readonly toolCallSummaryFormat: string;
  readonly toolCallSummaryFormatter?: ToolCallSummaryFormatter | undefined;
  readonly outputContentType: ContentType<unknown> | undefined;
  readonly outputSchema: OutputSchema | undefined;
  readonly outputContentTypeFormat?: string | undefined;
  readonly memory: readonly Memory[];
  readonly tagToolCallSummary: boolean;
  readonly toolPolicy?: CallToolOptions["policy"];
  readonly onLimit?: OnLimit | undefined;
  readonly ownsResources: boolean;
  readonly metadata: { readonly [key: string]: string };
  /** What the model is offered, where every workbench knows it without asking; else `undefined`. */
  readonly offered: OfferedTools | undefined;
}

/** What an assistant says when a limit of the run refuses a call of its model; `done` is what it did before in this turn. */
export type OnLimit = (refusal: LimitError, done: readonly StreamItem[]) => Awaitable<string>;

/** Writes the result of one tool call into the summary. */
export type ToolCallSummaryFormatter = (call: FunctionCall, result: FunctionExecutionResult) => string;
