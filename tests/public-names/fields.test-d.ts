/**
 * The fields of plain types of AutoGen. Nobody builds most of them by name, so that a field that was renamed or lost
 * would break users without breaking another test.
 */
import type {
  AgentEvent,
  ApprovalFunction,
  ApprovalRequest,
  ApprovalResponse,
  DiGraphEdge,
  DiGraphNode,
  MessageFilterConfig,
} from "@tesserae/agentchat";
import type {
  AgentConstructionExceptionEvent,
  AgentMetadata,
  AgentRuntime,
  Alias,
  CacheStore,
  ChatCompletionTokenLogprob,
  CodeExecutor,
  FinishReason,
  ImportFromModule,
  LLMCallEvent,
  LLMStreamEndEvent,
  LLMStreamStartEvent,
  MemoryQueryResult,
  MessageDroppedEvent,
  MessageEvent,
  MessageHandlerExceptionEvent,
  ParametersSchema,
  ToolCallEvent,
  ToolOverride,
  UpdateContextResult,
  Workbench,
} from "@tesserae/core";
import { describe, expectTypeOf, test } from "vitest";

describe("the runtime", () => {
  test("knows who an agent is, and does what Python's does", () => {
    expectTypeOf<keyof AgentMetadata>().toEqualTypeOf<"type" | "key" | "description">();
    expectTypeOf<AgentRuntime>().toHaveProperty("sendMessage");
    expectTypeOf<AgentRuntime>().toHaveProperty("publishMessage");
    expectTypeOf<AgentRuntime>().toHaveProperty("registerFactory");
    expectTypeOf<AgentRuntime>().toHaveProperty("registerAgentInstance");
    expectTypeOf<AgentRuntime>().toHaveProperty("tryGetUnderlyingAgentInstance");
    expectTypeOf<AgentRuntime>().toHaveProperty("addSubscription");
    expectTypeOf<AgentRuntime>().toHaveProperty("saveState");
    expectTypeOf<AgentRuntime>().toHaveProperty("loadState");
  });

  test("logs events with these fields", () => {
    type Fields<Event> = Exclude<keyof Event, "type">;
    expectTypeOf<Fields<MessageEvent>>().toEqualTypeOf<"payload" | "sender" | "receiver" | "kind" | "deliveryStage">();
    expectTypeOf<Fields<MessageDroppedEvent>>().toEqualTypeOf<"payload" | "sender" | "receiver" | "kind">();
    expectTypeOf<Fields<MessageHandlerExceptionEvent>>().toEqualTypeOf<"payload" | "handlingAgent" | "exception">();
    expectTypeOf<Fields<AgentConstructionExceptionEvent>>().toEqualTypeOf<"agentId" | "exception">();
    type Call = "messages" | "response" | "promptTokens" | "completionTokens" | "agentId" | "extras";
    expectTypeOf<Fields<LLMCallEvent>>().toEqualTypeOf<Call>();
    expectTypeOf<Fields<LLMStreamStartEvent>>().toEqualTypeOf<"messages" | "agentId" | "extras">();
    expectTypeOf<Fields<LLMStreamEndEvent>>().toEqualTypeOf<Exclude<Call, "messages">>();
    expectTypeOf<Fields<ToolCallEvent>>().toEqualTypeOf<"toolName" | "arguments" | "result" | "agentId">();
  });
});

describe("what agents work with", () => {
  test("models", () => {
    expectTypeOf<FinishReason>().toEqualTypeOf<"stop" | "length" | "function_calls" | "content_filter" | "unknown">();
    expectTypeOf<keyof ChatCompletionTokenLogprob>().toEqualTypeOf<"token" | "logprob" | "topLogprobs" | "bytes">();
  });

  test("tools and workbenches", () => {
    expectTypeOf<ParametersSchema["type"]>().toEqualTypeOf<"object">();
    expectTypeOf<ToolOverride>().toHaveProperty("name");
    expectTypeOf<ToolOverride>().toHaveProperty("description");
    expectTypeOf<Workbench>().toHaveProperty("listTools");
    expectTypeOf<Workbench>().toHaveProperty("callTool");
    expectTypeOf<Workbench>().toHaveProperty("start");
    expectTypeOf<Workbench>().toHaveProperty("stop");
    expectTypeOf<Workbench>().toHaveProperty("reset");
    expectTypeOf<Workbench>().toHaveProperty("saveState");
    expectTypeOf<Workbench>().toHaveProperty("loadState");
  });

  test("memories and caches", () => {
    expectTypeOf<keyof MemoryQueryResult>().toEqualTypeOf<"results">();
    expectTypeOf<UpdateContextResult["memories"]>().toEqualTypeOf<MemoryQueryResult>();
    expectTypeOf<keyof CacheStore>().toEqualTypeOf<"get" | "set" | "delete" | "clear">();
  });

  test("code", () => {
    expectTypeOf<keyof Alias>().toEqualTypeOf<"name" | "alias">();
    expectTypeOf<ImportFromModule["imports"]>().toEqualTypeOf<readonly (string | Alias)[]>();
    expectTypeOf<CodeExecutor>().toHaveProperty("executeCodeBlocks");
    expectTypeOf<CodeExecutor>().toHaveProperty("start");
    expectTypeOf<CodeExecutor>().toHaveProperty("stop");
    expectTypeOf<CodeExecutor>().toHaveProperty("restart");
  });
});

describe("agents and teams", () => {
  test("approvals of code", () => {
    expectTypeOf<keyof ApprovalRequest>().toEqualTypeOf<"code" | "context">();
    expectTypeOf<keyof ApprovalResponse>().toEqualTypeOf<"approved" | "reason">();
    expectTypeOf<Parameters<ApprovalFunction>>().toEqualTypeOf<[ApprovalRequest]>();
  });

  test("graphs and filters", () => {
    type Edge = "target" | "condition" | "activationGroup" | "activationCondition";
    expectTypeOf<keyof DiGraphEdge>().toEqualTypeOf<Edge>();
    expectTypeOf<keyof DiGraphNode>().toEqualTypeOf<"name" | "edges" | "activation">();
    expectTypeOf<keyof MessageFilterConfig>().toEqualTypeOf<"perSource">();
  });

  test("events", () => {
    expectTypeOf<AgentEvent["type"]>().toEqualTypeOf<
      | "ToolCallRequestEvent"
      | "ToolCallExecutionEvent"
      | "UserInputRequestedEvent"
      | "MemoryQueryEvent"
      | "ModelClientStreamingChunkEvent"
      | "ThoughtEvent"
      | "SelectSpeakerEvent"
      | "SelectorEvent"
      | "CodeGenerationEvent"
      | "CodeExecutionEvent"
    >();
  });
});
