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
export {
  imageFromBase64,
  imageFromBytes,
  imageFromDataUri,
  imageFromJson,
  imageToBytes,
  imageToDataUri,
  imageToJson,
  isImage,
  type Image,
} from "./models/image.ts";
export {
  contentPartsFromJson,
  contentPartsToJson,
  functionCallFromJson,
  functionCallToJson,
  functionExecutionResultFromJson,
  functionExecutionResultToJson,
  llmMessageFromJson,
  llmMessageToJson,
  requestUsageFromJson,
  requestUsageToJson,
} from "./models/message-json.ts";
export { createResultFromJson, createResultToJson } from "./models/create-result-json.ts";
export {
  ModelFamily,
  isClaudeFamily,
  isGeminiFamily,
  isLlamaFamily,
  isMistralFamily,
  isOpenAIFamily,
} from "./models/model-family.ts";
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
export { MODEL_INFO_SCHEMA, modelInfoFromJson, modelInfoToJson, type ModelInfo } from "./models/model-info.ts";
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
export { BaseTool, toolValueToText } from "./tools/base-tool.ts";
export { FunctionTool, tool, type FunctionToolOptions, type ToolArguments } from "./tools/function-tool.ts";
export { PythonFunctionTool, isTool } from "./tools/function-tool-components.ts";
export {
  StaticStreamWorkbench,
  StaticWorkbench,
  isStreamTool,
  type StaticWorkbenchOptions,
  type ToolOverride,
} from "./tools/static-workbench.ts";
export { ToolArgumentsError } from "./tools/tool-errors.ts";
export {
  errorToText,
  textToolResult,
  toolResultFromJson,
  toolResultToJson,
  toolResultToText,
} from "./tools/tool-result.ts";
export { BaseChatCompletionContext, type ModelContextOptions } from "./model-context/base-context.ts";
export { BufferedChatCompletionContext, type BufferedContextOptions } from "./model-context/buffered-context.ts";
export {
  HeadAndTailChatCompletionContext,
  type HeadAndTailContextOptions,
} from "./model-context/head-and-tail-context.ts";
export {
  TokenLimitedChatCompletionContext,
  type TokenLimitedContextOptions,
} from "./model-context/token-limited-context.ts";
export { UnboundedChatCompletionContext } from "./model-context/unbounded-context.ts";
export type { Awaitable, ChatCompletionContext } from "./model-context/chat-completion-context.ts";
export { ListMemory, type ListMemoryOptions } from "./memory/list-memory.ts";
export { MemoryMimeType, memoryContentFromJson, memoryContentToJson, memoryContentToText } from "./memory/memory-content.ts";
export type { Memory, MemoryContent, MemoryQueryResult, UpdateContextResult } from "./memory/memory.ts";
export type {
  ComponentClass,
  ComponentDefinition,
  ComponentModel,
  DumpContext,
  LazyComponent,
  LoadContext,
} from "./components/component.ts";
export { ComponentError, type ComponentIssue } from "./components/component-error.ts";
export {
  MASKED_SECRET,
  componentDefinitionOf,
  dumpComponent,
  isComponentInstance,
  type DumpOptions,
} from "./components/dump.ts";
export { ComponentRegistry, type LoadOptions, type ValidationReport } from "./components/registry.ts";
export { coreComponents } from "./components/core-components.ts";
export { raceSignal } from "./abort.ts";
export {
  FormatNotSupportedError,
  ReferenceNotFoundError,
  SchemaConversionError,
  UnsupportedKeywordError,
  compileSchema,
  isStandardSchema,
  schemaToValidator,
  toJsonSchema,
  toParametersSchema,
  validateStandard,
  type CompiledSchema,
  type CompileOptions,
  type InferInput,
  type InferOutput,
  type JsonSchema,
  type SchemaIssue,
  type ValidationResult,
} from "./schema/index.ts";
export type { Agent, AgentMetadata, MessageContext } from "./agents/agent.ts";
export type { AgentFactory, AgentRuntime, SendOptions } from "./runtime/agent-runtime.ts";
export type { Subscription } from "./subscriptions/subscription.ts";
export { jsonPointer, parseJsonPointer, pointerToken, type PathSegment } from "./json-pointer.ts";
export { assertJson, isJson, toJson } from "./to-json.ts";
export { canonicalJson, type CanonicalJsonOptions } from "./canonical-json.ts";
export { sha256Hex } from "./sha256.ts";
