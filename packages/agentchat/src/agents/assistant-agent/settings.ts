import type {
  ChatCompletionClient,
  ChatCompletionContext,
  FunctionCall,
  FunctionExecutionResult,
  Memory,
  OutputSchema,
  SystemMessage,
  Workbench,
} from "@tesserae/core";
import type { Handoff } from "../../base/handoff.ts";
import type { OfferedTools } from "./offered-tools.ts";
import type { ContentType } from "../../messages/definition.ts";

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
  readonly maxToolIterations: number;
  readonly parallelToolCalls: boolean;
  readonly toolCallSummaryFormat: string;
  readonly toolCallSummaryFormatter: ToolCallSummaryFormatter | undefined;
  readonly outputContentType: ContentType<unknown> | undefined;
  readonly outputSchema: OutputSchema | undefined;
  readonly outputContentTypeFormat: string | undefined;
  readonly memory: readonly Memory[];
  readonly tagToolCallSummary: boolean;
  readonly ownsResources: boolean;
  readonly metadata: { readonly [key: string]: string };
  /** What the model is offered, where every workbench knows it without asking; else `undefined`. */
  readonly offered: OfferedTools | undefined;
}

/** Writes the result of one tool call into the summary. */
export type ToolCallSummaryFormatter = (call: FunctionCall, result: FunctionExecutionResult) => string;
