export type { Json, JsonObject } from "./json.ts";
export { isObject } from "./json.ts";
export { ERROR_CODES, type ErrorCode } from "./errors/codes.ts";
export { TesseraeError, isTesseraeError, type TesseraeErrorOptions } from "./errors/tesserae-error.ts";
export {
  CancelledError,
  LookupError,
  NotImplementedError,
  RuntimeError,
  ValueError,
  isAbortError,
  throwIfAborted,
} from "./errors/kinds.ts";
export { AgentId } from "./identifiers/agent-id.ts";
export { TopicId } from "./identifiers/topic-id.ts";
export type { RunContext } from "./run/run-context.ts";
export type { RunSession } from "./journal/run-session.ts";
export type { Journal } from "./journal/journal.ts";
export type { RunLimits } from "./run/limits.ts";
export type { CodeBlock, CodeExecutor, CodeResult, ExecuteOptions, Repeat } from "./code-executor/code-executor.ts";
export { FunctionWithRequirementsStr, type FunctionRequirements } from "./code-executor/function-with-requirements-str.ts";
export {
  isPythonIdentifier,
  renderPythonImport,
  type Alias,
  type ImportFromModule,
  type PythonImport,
} from "./code-executor/python-imports.ts";
export { renderPythonFunctionsFile, renderPythonStub } from "./code-executor/python-functions-file.ts";
export type { Image } from "./models/image.ts";
export {
  AssistantMessage,
  CreateResult,
  FunctionExecutionResultMessage,
  SystemMessage,
  UserMessage,
  type ChatCompletionTokenLogprob,
  type FinishReason,
  type FunctionCall,
  type FunctionExecutionResult,
  type LLMMessage,
  type RequestUsage,
  type TopLogprob,
} from "./models/messages.ts";
export type { ModelInfo } from "./models/model-info.ts";
export type {
  ChatCompletionClient,
  CreateOptions,
  ModelStream,
  OutputSchema,
  ToolChoice,
} from "./models/chat-completion-client.ts";
export type { ParametersSchema, StreamTool, Tool, ToolCallOptions, ToolSchema } from "./tools/tool.ts";
export type {
  ImageResultContent,
  StreamWorkbench,
  TextResultContent,
  ToolResult,
  ToolTraits,
  Workbench,
} from "./tools/workbench.ts";
export type { Awaitable, ChatCompletionContext } from "./model-context/chat-completion-context.ts";
export type { Memory, MemoryContent, MemoryQueryResult, UpdateContextResult } from "./memory/memory.ts";
export type {
  ComponentClass,
  ComponentDefinition,
  ComponentModel,
  ConfigValue,
  DumpContext,
  LoadContext,
} from "./components/component.ts";
export type { Agent, AgentMetadata, MessageContext } from "./agents/agent.ts";
export type { AgentFactory, AgentRuntime, SendOptions } from "./runtime/agent-runtime.ts";
export type { Subscription } from "./subscriptions/subscription.ts";
export { jsonPointer, parseJsonPointer, pointerToken, type PathSegment } from "./json-pointer.ts";
export { assertJson, isJson, toJson } from "./to-json.ts";
export { canonicalJson, type CanonicalJsonOptions } from "./canonical-json.ts";
export { sha256Hex } from "./sha256.ts";
