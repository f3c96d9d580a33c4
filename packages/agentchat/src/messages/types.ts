import type {
  CodeBlock,
  CodeResult,
  ContentPart,
  FunctionCall,
  FunctionExecutionResult,
  Json,
  JsonObject,
  LLMMessage,
  MemoryContent,
  RequestUsage,
} from "@tesserae/core";

/** What every message and event carries. */
export interface MessageFields {
  /** A UUID v4, or any text the caller gave. */
  readonly id: string;
  /** The name of the sender; a task given as text has `"user"`. */
  readonly source: string;
  /** The tokens of the model call that produced it. */
  readonly modelsUsage?: RequestUsage | undefined;
  readonly metadata: { readonly [key: string]: string };
  /** ISO 8601 with `Z`. A loaded message keeps its original text. */
  readonly createdAt: string;
}

/** Text. */
export interface TextMessage extends MessageFields {
  readonly type: "TextMessage";
  readonly content: string;
}

/** Asks the team to stop; made by termination conditions. */
export interface StopMessage extends MessageFields {
  readonly type: "StopMessage";
  readonly content: string;
}

/** Gives the conversation to another agent. */
export interface HandoffMessage extends MessageFields {
  readonly type: "HandoffMessage";
  readonly content: string;
  /** The name of the agent that goes on. */
  readonly target: string;
  /** What the target's model should know. */
  readonly context: readonly LLMMessage[];
}

/** The results of tool calls as an agent's answer. */
export interface ToolCallSummaryMessage extends MessageFields {
  readonly type: "ToolCallSummaryMessage";
  readonly content: string;
  readonly toolCalls: readonly FunctionCall[];
  readonly results: readonly FunctionExecutionResult[];
}

/** Text, images and files. */
export interface MultiModalMessage extends MessageFields {
  readonly type: "MultiModalMessage";
  readonly content: readonly ContentPart[];
}

/** A message whose content follows a schema. The tag holds the content type's name. */
export interface StructuredMessage<T = Json> extends MessageFields {
  readonly type: `StructuredMessage[${string}]`;
  readonly content: T;
  /** A template over the content's top-level fields, for people: `"{city}: {degrees}"`. */
  readonly formatString?: string | undefined;
}

/** A model asked for tool calls. */
export interface ToolCallRequestEvent extends MessageFields {
  readonly type: "ToolCallRequestEvent";
  readonly content: readonly FunctionCall[];
}

/** The tools answered. */
export interface ToolCallExecutionEvent extends MessageFields {
  readonly type: "ToolCallExecutionEvent";
  readonly content: readonly FunctionExecutionResult[];
}

/** A model wrote code. */
export interface CodeGenerationEvent extends MessageFields {
  readonly type: "CodeGenerationEvent";
  readonly retryAttempt: number;
  readonly content: string;
  readonly codeBlocks: readonly CodeBlock[];
}

/** Code was run. */
export interface CodeExecutionEvent extends MessageFields {
  readonly type: "CodeExecutionEvent";
  readonly retryAttempt: number;
  readonly result: CodeResult;
}

/** An agent waits for a person. */
export interface UserInputRequestedEvent extends MessageFields {
  readonly type: "UserInputRequestedEvent";
  readonly requestId: string;
  readonly content: "";
}

/** A memory was asked and gave something. */
export interface MemoryQueryEvent extends MessageFields {
  readonly type: "MemoryQueryEvent";
  readonly content: readonly MemoryContent[];
}

/** A piece of an answer while it is written. Streamed, never stored. */
export interface ModelClientStreamingChunkEvent extends MessageFields {
  readonly type: "ModelClientStreamingChunkEvent";
  readonly content: string;
  /** The id of the message that the pieces will make. */
  readonly fullMessageId?: string | undefined;
  /** True on the first piece after a resume: drop the partial text shown before. */
  readonly restarted?: boolean | undefined;
}

/** What a model thought. */
export interface ThoughtEvent extends MessageFields {
  readonly type: "ThoughtEvent";
  readonly content: string;
}

/** Who speaks next. */
export interface SelectSpeakerEvent extends MessageFields {
  readonly type: "SelectSpeakerEvent";
  readonly content: readonly string[];
}

/** What the selecting model answered. */
export interface SelectorEvent extends MessageFields {
  readonly type: "SelectorEvent";
  readonly content: string;
}

/** A message or event of the user's own; see `defineMessage`. */
export interface CustomMessage extends MessageFields {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The chat messages that agents send one another, without the structured and the custom ones. */
export type BuiltInChatMessage =
  | TextMessage
  | MultiModalMessage
  | StopMessage
  | ToolCallSummaryMessage
  | HandoffMessage;

/** The events that show what an agent does; never fed to other agents. */
export type AgentEvent =
  | ToolCallRequestEvent
  | ToolCallExecutionEvent
  | MemoryQueryEvent
  | UserInputRequestedEvent
  | ModelClientStreamingChunkEvent
  | ThoughtEvent
  | SelectSpeakerEvent
  | SelectorEvent
  | CodeGenerationEvent
  | CodeExecutionEvent;

/** A message from agent to agent, fed to models. */
export type ChatMessage = BuiltInChatMessage | StructuredMessage;

/** Whatever a stream of an agent or a team gives, before the last item. */
export type StreamItem = ChatMessage | AgentEvent;

/** The JSON form of a message: snake_case, all keys present. */
export type MessageJson = JsonObject & { readonly type: string };
