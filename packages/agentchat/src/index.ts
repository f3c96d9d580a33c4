export { AssistantAgent } from "./agents/assistant-agent/assistant-agent.ts";
export type { AssistantAgentOptions } from "./agents/assistant-agent/options.ts";
export type { AssistantSettings, OnLimit, ToolCallSummaryFormatter } from "./agents/assistant-agent/settings.ts";
export { hasToolCall, stepCountIs } from "./agents/assistant-agent/stop-conditions.ts";
export type {
  PreparedStep,
  PrepareStep,
  PrepareStepState,
  StopCondition,
  StopWhenState,
  ToolStep,
} from "./agents/assistant-agent/tool-loop.ts";
export { BaseChatAgent, type ChatAgentOptions } from "./agents/base-chat-agent.ts";
export type { OpenTurn } from "./agents/open-turn.ts";
export { TurnKeeper } from "./agents/turn-keeper.ts";
export type { ApprovalFunction, ApprovalRequest, ApprovalResponse } from "./agents/code-executor-agent/approval.ts";
export { CodeExecutorAgent } from "./agents/code-executor-agent/code-executor-agent.ts";
export type { CodeExecutorAgentOptions, CodeExecutorSettings } from "./agents/code-executor-agent/settings.ts";
export {
  MessageFilterAgent,
  type MessageFilterAgentOptions,
} from "./agents/message-filter-agent/message-filter-agent.ts";
export type { MessageFilterConfig, PerSourceFilter } from "./agents/message-filter-agent/message-filter.ts";
export {
  SocietyOfMindAgent,
  type SocietyOfMindAgentOptions,
} from "./agents/society-of-mind-agent/society-of-mind-agent.ts";
export { inputRequestId } from "./agents/user-proxy-agent/input-request-context.ts";
export {
  UserProxyAgent,
  type InputFunction,
  type UserProxyAgentOptions,
} from "./agents/user-proxy-agent/user-proxy-agent.ts";
export type { AgentMiddleware, MiddlewareTurn, TurnChanges } from "./base/agent-middleware.ts";
export type { ChatAgent, TaskRunner, Team } from "./base/chat-agent.ts";
export { Handoff, type HandoffInit } from "./base/handoff.ts";
export type { RunOptions } from "./base/run-options.ts";
export type { RunStream } from "./base/run-stream.ts";
export type { Response, RunStatus, Task, TaskResult, Turn, TurnOptions } from "./base/task.ts";
export type { ConditionContext, TerminationCondition } from "./base/termination-condition.ts";
export { agentchatComponents } from "./components/agentchat-components.ts";
export { BaseTerminationCondition } from "./conditions/base-condition.ts";
export { AndTerminationCondition, OrTerminationCondition } from "./conditions/combined-conditions.ts";
export { ExternalTermination } from "./conditions/external-termination.ts";
export { FunctionCallTermination } from "./conditions/function-call-termination.ts";
export { FunctionalTermination } from "./conditions/functional-termination.ts";
export { HandoffTermination } from "./conditions/handoff-termination.ts";
export { MaxMessageTermination } from "./conditions/max-message-termination.ts";
export { NoHandoffTermination } from "./conditions/no-handoff-termination.ts";
export { RunLimitTermination, type CountedLimits } from "./conditions/run-limit-termination.ts";
export { SourceMatchTermination } from "./conditions/source-match-termination.ts";
export { StopMessageTermination } from "./conditions/stop-message-termination.ts";
export { TerminatedException } from "./conditions/terminated-exception.ts";
export { TextMentionTermination, type TextMentionOptions } from "./conditions/text-mention-termination.ts";
export { TextMessageTermination } from "./conditions/text-message-termination.ts";
export { TimeoutTermination } from "./conditions/timeout-termination.ts";
export { TokenUsageTermination, type TokenUsageOptions } from "./conditions/token-usage-termination.ts";
export { EVENT_LOGGER_NAME, TRACE_LOGGER_NAME } from "./logging/logger-names.ts";
export { subscribeTeamLog } from "./logging/subscribe-team-log.ts";
export { contentType } from "./messages/content-type.ts";
export type { ContentType, MessageDefinition } from "./messages/definition.ts";
export { isMessageOf } from "./messages/is-message-of.ts";
export {
  CodeExecutionEvent,
  CodeGenerationEvent,
  HandoffMessage,
  MemoryQueryEvent,
  ModelClientStreamingChunkEvent,
  MultiModalMessage,
  SelectSpeakerEvent,
  SelectorEvent,
  StopMessage,
  TextMessage,
  ThoughtEvent,
  ToolCallExecutionEvent,
  ToolCallRequestEvent,
  ToolCallSummaryMessage,
  UserInputRequestedEvent,
} from "./messages/factories.ts";
export {
  HANDOFF_MESSAGE,
  MULTI_MODAL_MESSAGE,
  STOP_MESSAGE,
  TEXT_MESSAGE,
  TOOL_CALL_SUMMARY_MESSAGE,
} from "./messages/built-in-definitions.ts";
export {
  defineMessage,
  type CustomMessageDefinition,
  type DefinedMessage,
  type DefineMessageOptions,
} from "./messages/define-message.ts";
export { isEvent } from "./messages/is-event.ts";
export { isStreamItem } from "./messages/is-stream-item.ts";
export { messageText } from "./messages/message-text.ts";
export { MessageRegistry, builtInMessages } from "./messages/registry.ts";
export type { MessageInit } from "./messages/stamp.ts";
export { StructuredMessage, structuredMessageDefinition } from "./messages/structured-message.ts";
export {
  StructuredMessageFactory,
  type StructuredMessageFactoryOptions,
} from "./messages/structured-message-factory.ts";
export type {
  AgentEvent,
  BuiltInChatMessage,
  ChatMessage,
  CustomMessage,
  MessageFields,
  MessageJson,
  StreamItem,
} from "./messages/types.ts";
export type { ModelClientLike } from "./models/model-client-from.ts";
export { taskResultToJson } from "./run/task-result-json.ts";
export { BaseGroupChat } from "./teams/group-chat/base-group-chat.ts";
export type { Activation, DiGraph, DiGraphEdge, DiGraphNode, EdgeCondition } from "./teams/graph-flow/di-graph.ts";
export { DiGraphBuilder, type EdgeOptions } from "./teams/graph-flow/di-graph-builder.ts";
export { GraphFlow, type GraphFlowOptions } from "./teams/graph-flow/graph-flow.ts";
export type { Participant } from "./teams/group-chat/names.ts";
export type {
  Selection,
  SelectionContext,
  SelectionStart,
  SpeakerSelection,
} from "./teams/group-chat/speaker-selection.ts";
export type { TeamKind } from "./teams/group-chat/base-group-chat.ts";
export type { TeamOptions } from "./teams/group-chat/team-options.ts";
export {
  MagenticOneGroupChat,
  type MagenticOneGroupChatOptions,
} from "./teams/magentic-one/magentic-one-group-chat.ts";
export { RoundRobinGroupChat } from "./teams/round-robin-group-chat/round-robin-group-chat.ts";
export { SelectorGroupChat, type SelectorGroupChatOptions } from "./teams/selector-group-chat/selector-group-chat.ts";
export type { CandidateFunction, SelectorFunction } from "./teams/selector-group-chat/selector-selection.ts";
export { resumeWith, Swarm, type SwarmOptions } from "./teams/swarm/swarm.ts";
export { contentToStr, removeImages } from "./text/model-content.ts";
export { MemoryThreadStore, threadConflict, type MemoryThreadStoreOptions } from "./threads/memory-thread-store.ts";
export { Thread, type ThreadStep, type ThreadVersion } from "./threads/thread.ts";
export type { ThreadOptions } from "./threads/thread-desk.ts";
export type { ThreadRecord, ThreadStore } from "./threads/thread-store.ts";
export { AgentTool, type AgentToolOptions } from "./tools/agent-tool.ts";
export { TaskRunnerTool, type TaskRunnerToolOptions } from "./tools/task-runner-tool.ts";
export { TeamTool, type TeamToolOptions } from "./tools/team-tool.ts";
export { answerInput, pendingInputs } from "./approvals/pending-inputs.ts";
