export type { Json, JsonObject } from "./json.ts";
export { isObject } from "./json.ts";

/* Errors by their codes, and checks of what is given. */
export { checkGiven, checkMethod, checkTypes } from "./errors/check-given.ts";
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

/* Who and what is addressed. */
export { AgentId } from "./identifiers/agent-id.ts";
export { AgentProxy } from "./identifiers/agent-proxy.ts";
export { AgentType } from "./identifiers/agent-type.ts";
export { DefaultTopicId, type DefaultTopicIdOptions } from "./identifiers/default-topic-id.ts";
export { TopicId } from "./identifiers/topic-id.ts";
export type { RunContext } from "./run/run-context.ts";
export type { RunSession } from "./journal/run-session.ts";
export type { Journal } from "./journal/journal.ts";
export type { RunLimits } from "./run/limits.ts";

/* Code that is run. */
export type { CodeBlock, CodeExecutor, CodeResult, ExecuteOptions, Repeat } from "./code-executor/code-executor.ts";
export {
  FunctionWithRequirementsStr,
  type FunctionRequirements,
} from "./code-executor/function-with-requirements-str.ts";
export {
  isPythonIdentifier,
  renderPythonImport,
  type Alias,
  type ImportFromModule,
  type PythonImport,
} from "./code-executor/python-imports.ts";
export { renderPythonFunctionsFile, renderPythonStub } from "./code-executor/python-functions-file.ts";
export type { JavaScriptImport } from "./code-executor/javascript-imports.ts";
export { renderJavaScriptFunctionsFile, renderJavaScriptStub } from "./code-executor/javascript-functions-file.ts";
export { readNpmPackage, type NpmPackage } from "./code-executor/npm-package.ts";
export {
  withRequirements,
  type FunctionWithRequirements,
  type JavaScriptRequirements,
} from "./code-executor/with-requirements.ts";

/* Models, and what is said to them. */
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
export { imageSize, type ImageSize } from "./models/image-size.ts";
export { imageFromFile } from "./models/image-file.ts";
export {
  audioPart,
  filePart,
  imageFromUrl,
  isFilePart,
  partKind,
  type CacheTtl,
  type ContentPart,
  type FilePart,
  type FilePartInit,
  type ImageDetail,
} from "./models/file-part.ts";
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
export { createTyped, type TypedOptions, type TypedResult } from "./models/create-typed.ts";
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
  ReasoningEffort,
  ToolChoice,
} from "./models/chat-completion-client.ts";
export type { ParametersSchema, StreamTool, Tool, ToolCallOptions, ToolSchema } from "./tools/tool.ts";
export type {
  ImageResultContent,
  StreamWorkbench,
  TextResultContent,
  ToolRefusal,
  ToolResult,
  ToolTraits,
  Workbench,
} from "./tools/workbench.ts";

/* Tools, workbenches, an actor with tools, caches. */
export { FunctionCallMessage, ToolResultMessage } from "./tool-agent/tool-messages.ts";
export {
  InvalidToolArgumentsException,
  ToolException,
  ToolExecutionException,
  ToolNotFoundException,
} from "./tool-agent/tool-exceptions.ts";
export { ToolAgent } from "./tool-agent/tool-agent.ts";
export {
  toolAgentCallerLoop,
  type ToolAgentCallerLoopOptions,
  type ToolCaller,
} from "./tool-agent/tool-agent-caller-loop.ts";
export type { CacheSetOptions, CacheStore } from "./cache-store/cache-store.ts";
export { InMemoryStore, type InMemoryStoreOptions } from "./cache-store/in-memory-store.ts";
export type {
  ApproveToolCall,
  PendingToolCall,
  RequiresApproval,
  RunApprovals,
  ToolApprovalRequest,
  ToolDecision,
  ToolPolicy,
  ToolVerdict,
} from "./tools/tool-policy.ts";
export { BaseTool, toolValueToText } from "./tools/base-tool.ts";
export { FunctionTool, tool, type FunctionToolOptions, type ToolArguments } from "./tools/function-tool.ts";
export { ProviderTool, providerTool, type ProviderToolForm } from "./tools/provider-tool.ts";
export { PythonFunctionTool, isTool } from "./tools/function-tool-components.ts";
export {
  StaticStreamWorkbench,
  StaticWorkbench,
  isStreamTool,
  type StaticWorkbenchOptions,
  type ToolOverride,
} from "./tools/static-workbench.ts";
export { cachedTool, type CachedToolOptions } from "./tools/cached-tool.ts";
export { limitToolResult, type LimitToolResultOptions } from "./tools/limit-tool-result.ts";
export { ToolArgumentsError, endsTheRun } from "./tools/tool-errors.ts";
export {
  errorToText,
  textToolResult,
  toolResultFromJson,
  toolResultToJson,
  toolResultToText,
} from "./tools/tool-result.ts";

/* What a model sees, and what is remembered. */
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
export {
  MemoryMimeType,
  memoryContentFromJson,
  memoryContentToJson,
  memoryContentToText,
} from "./memory/memory-content.ts";
export type { Memory, MemoryContent, MemoryQueryResult, UpdateContextResult } from "./memory/memory.ts";

/* Definitions as JSON. */
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
  dumpIfPossible,
  isComponentInstance,
  type DumpOptions,
} from "./components/dump.ts";
export { withoutMaskedSecrets } from "./components/without-masked-secrets.ts";
export { ComponentRegistry, type LoadOptions, type ValidationReport } from "./components/registry.ts";
export { coreComponents } from "./components/core-components.ts";
export { raceSignal } from "./abort.ts";

/* Schemas and waiting. */
export {
  FormatNotSupportedError,
  ReferenceNotFoundError,
  SchemaConversionError,
  UnsupportedKeywordError,
  compileSchema,
  formatIssues,
  isStandardSchema,
  schemaToValidator,
  strictSchema,
  toJsonSchema,
  toParametersSchema,
  validateStandard,
  type CompiledSchema,
  type CompileOptions,
  type FromSchema,
  type InferInput,
  type InferOutput,
  type JsonSchema,
  type StrictSchema,
  type JsonSchemaObject,
  type JsonTypeName,
  type ParametersSchemaOptions,
  type SchemaInput,
  type SchemaIssue,
  type SchemaToValidatorOptions,
  type ToJsonSchemaOptions,
  type UnknownKeys,
  type ValidationResult,
} from "./schema/index.ts";

/* Agents. */
export type { Agent, AgentMetadata, MessageContext } from "./agents/agent.ts";
export { AgentInstantiationContext } from "./agents/agent-instantiation-context.ts";
export type { AgentInstantiation } from "./agents/agent-scope.ts";
export { MessageHandlerContext } from "./agents/message-handler-context.ts";
export { BaseAgent } from "./agents/base-agent.ts";
export { BoundAgent } from "./agents/bound-agent.ts";
export { RoutedAgent } from "./agents/routed-agent.ts";
export {
  ClosureAgent,
  type Closure,
  type ClosureContext,
  type RegisterClosureOptions,
  type UnknownTypePolicy,
} from "./agents/closure-agent.ts";
export { event, on, rpc } from "./agents/handlers.ts";
export type {
  CheckedHandlerOptions,
  Handleable,
  HandlerDefinition,
  HandlerFunction,
  HandlerKind,
  HandlerOptions,
  MessageOfAny,
  Returnable,
  ReturnOf,
} from "./agents/handler-definition.ts";
export type { HandledType } from "./agents/handled-type.ts";
export type { ClassSubscriptions, RegisterInstanceOptions, RegisterOptions } from "./agents/register-agent.ts";

/* Runtimes, subscriptions, interventions. */
export type {
  AgentClass,
  AgentFactory,
  AgentRuntime,
  PublishOptions,
  RegisterFactoryOptions,
  SendOptions,
} from "./runtime/agent-runtime.ts";
export { LocalRuntime } from "./runtime/local-runtime.ts";
export type { LocalRuntimeOptions, RuntimeExtras } from "./runtime/local-runtime-options.ts";
export {
  SingleThreadedAgentRuntime,
  type SingleThreadedAgentRuntimeOptions,
} from "./runtime/single-threaded-agent-runtime.ts";
export type { LoadStateReport } from "./runtime/runtime-state.ts";
export type { IdleAgentsOptions } from "./runtime/idle-agents.ts";
export { HandlerContext, type Delivery } from "./runtime/handler-context.ts";
export {
  AgentNotFoundError,
  CantHandleException,
  MessageDroppedException,
  MessageTimeoutError,
  NotAccessibleError,
  QueueShutDownError,
  UndeliverableException,
} from "./runtime/exceptions.ts";
export type { Subscription } from "./subscriptions/subscription.ts";
export type { TopicSubscriptionOptions } from "./subscriptions/topic-subscription.ts";
export { TypeSubscription } from "./subscriptions/type-subscription.ts";
export { TypePrefixSubscription } from "./subscriptions/type-prefix-subscription.ts";
export { DefaultSubscription, type DefaultSubscriptionOptions } from "./subscriptions/default-subscription.ts";
export { SubscriptionInstantiationContext } from "./subscriptions/subscription-instantiation-context.ts";
export { SubscriptionManager } from "./subscriptions/subscription-manager.ts";
export {
  DefaultInterventionHandler,
  DropMessage,
  type InterventionHandler,
} from "./intervention/intervention-handler.ts";

/* Messages on the wire. */
export {
  JSON_DATA_CONTENT_TYPE,
  PROTOBUF_DATA_CONTENT_TYPE,
  type MessageSerializer,
} from "./messages/message-serializer.ts";
export {
  defineMessage,
  type DefineMessageOptions,
  type Infer,
  type MessageDefinition,
  type TypedMessage,
} from "./messages/define-message.ts";
export {
  AnyMessage,
  isMessageType,
  type MessageClass,
  type MessageOf,
  type MessageType,
} from "./messages/message-type.ts";
export { SerializationRegistry } from "./messages/serialization-registry.ts";
export { tryGetKnownSerializersForType } from "./messages/known-serializers.ts";
export { isUnknownPayload, type UnknownPayload } from "./messages/unknown-payload.ts";
export { typeNameOf } from "./messages/type-name.ts";
export { protobufMessage, type ProtobufCodec } from "./messages/protobuf-message.ts";

/* Logs. */
export { EVENT_LOGGER_NAME, ROOT_LOGGER_NAME, TRACE_LOGGER_NAME } from "./logging/logger-names.ts";
export { getLogger, type Logger } from "./logging/logger.ts";
export { eventSink, LOG_LEVELS, type LogLevel, type LogRecord, type LogSink } from "./logging/log-sink.ts";
export { logEventToJson } from "./logging/log-event-json.ts";
export { consoleSink, type ConsoleSinkOptions } from "./logging/console-sink.ts";
export { jsonFileSink, type ClosableLogSink } from "./logging/json-file-sink.ts";
export { subscribeLog, type SubscribeLogOptions } from "./logging/subscribe-log.ts";
export {
  DeliveryStage,
  MessageKind,
  type AgentConstructionExceptionEvent,
  type LLMCallEvent,
  type LLMStreamEndEvent,
  type LLMStreamStartEvent,
  type LogEvent,
  type MessageDroppedEvent,
  type MessageEvent,
  type MessageHandlerExceptionEvent,
  type ToolCallEvent,
} from "./logging/log-events.ts";

/* Texts and hashes. */
export { jsonPointer, parseJsonPointer, pointerToken, type PathSegment } from "./json-pointer.ts";
export { assertJson, isJson, toJson } from "./to-json.ts";
export { canonicalJson, type CanonicalJsonOptions } from "./canonical-json.ts";
export { sha256Hex } from "./sha256.ts";
export { extractJsonFromStr } from "./text/extract-json-from-str.ts";

/* Runs, the effects in them, and their journals. */
export { currentRun, runWith } from "./run/current-run.ts";
export { plainContext } from "./run/context.ts";
export { openRun } from "./run/open-run.ts";
export {
  enterCall,
  enterTurn,
  limitsOn,
  openPartOfRun,
  type CallOfPart,
  type EnterCall,
  type EnteredCall,
  type PartOfRun,
  type UsedByPart,
  type WholeRun,
} from "./run/part-of-run.ts";
export type { Checkpoint, OpenRunOptions, RecordedOutcome, Run, RunOutcome } from "./run/run.ts";
export type { JoinedItem, JoinOptions } from "./run/join.ts";
export { LimitError, type LimitAccount, type LimitName } from "./run/limits.ts";
export { addRequestUsage, type RunMeter } from "./run/meter.ts";
export type { RunMode, RunSignal, ScopeOptions } from "./journal/run-session.ts";
export { effect, scope } from "./effects/effect.ts";
export type { EffectCodec, EffectIo, EffectSpec, InputQuestion } from "./effects/effect-spec.ts";
export { effectStream, type EffectStream, type EffectStreamSpec } from "./effects/effect-stream.ts";
export { callModel } from "./effects/call-model.ts";
export type { ModelCallOptions } from "./effects/model-leaf.ts";
export { streamModel, type ChunkInfo, type OnChunk } from "./effects/stream-model.ts";
export { performModelCall, performModelStream, reportAttempts } from "./effects/perform-model-call.ts";
export { callTool, type CallToolOptions, type ToolCall } from "./effects/call-tool.ts";
export type {
  Middleware,
  MiddlewareModelCall,
  MiddlewareToolCall,
  ModelCallChanges,
  Next,
  ToolCallChanges,
} from "./effects/middleware.ts";
export { throughMiddleware, type ThroughMiddleware } from "./effects/through-middleware.ts";
export { checkMiddleware, type RunHooks } from "./run/run-hooks.ts";
export { listTools } from "./effects/list-tools.ts";
export { executeCode } from "./effects/execute-code.ts";
export { updateContextFromMemory } from "./effects/update-context-from-memory.ts";
export { choose } from "./effects/choose.ts";
export { callAtOnce } from "./effects/call-at-once.ts";
export { requestInput, type Ask } from "./effects/request-input.ts";
export { openResource, type OpenedResource, type ResourceSpec } from "./effects/open-resource.ts";
export { watchChannel, type ChannelWatcher } from "./diagnostics/watch-channel.ts";
export { traceAgent, traceCreation, traceMessage, type AgentTurn } from "./diagnostics/trace-agent.ts";
export {
  forkFrom,
  recordTo,
  replayFrom,
  resumeFrom,
  type ForkOptions,
  type RecordOptions,
  type ResumeOptions,
} from "./journal/journals.ts";
export type { JournalOptions } from "./journal/open-journal.ts";
export type { DecideDoubt, DoubtDecision, DoubtfulEffect } from "./journal/in-doubt.ts";
export { answer } from "./journal/answer.ts";
export type { HeldCalls, HeldInput } from "./effects/held-calls.ts";
export { toolDecision } from "./tools/tool-policy.ts";
export { readRun, type RecordedEffect, type RecordedRun } from "./journal/read-run.ts";
export { MemoryJournalStore } from "./journal/memory-store.ts";
export { DivergenceError, type Divergence } from "./journal/divergence.ts";
export { EffectError } from "./journal/effect-error.ts";
export { parseAddress, type AddressParts } from "./journal/address.ts";
export type {
  JournalHolder,
  JournalStore,
  JournalWriter,
  OpenInput,
  RunFilter,
  RunStatus,
  RunSummary,
} from "./journal/journal-store.ts";
export type { JournalEntry } from "./journal/entries.ts";
export { RunSummarizer } from "./journal/run-summarizer.ts";
export { selectRuns } from "./journal/select-runs.ts";
export { checkRunId } from "./journal/check-run-id.ts";
