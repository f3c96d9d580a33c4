import { defineMessage, type MessageDefinition, type TypedMessage } from "../messages/define-message.ts";
import {
  functionCallFromJson,
  functionCallToJson,
  functionExecutionResultFromJson,
  functionExecutionResultToJson,
} from "../models/message-json.ts";
import type { FunctionCall, FunctionExecutionResult } from "../models/messages.ts";

/** A model's call of a tool as a message between agents: what a {@link ToolAgent} handles. Python's `FunctionCall`. */
export const FunctionCallMessage: MessageDefinition<string, FunctionCall, FunctionCall> =
  /* @__PURE__ */ defineMessage<FunctionCall>("FunctionCall", undefined, {
    codec: { encode: functionCallToJson, decode: (json) => functionCallFromJson(json) },
  });
export type FunctionCallMessage = TypedMessage<string, FunctionCall>;

/** The answer to a {@link FunctionCallMessage}. Python's `FunctionExecutionResult`. */
export const ToolResultMessage: MessageDefinition<string, FunctionExecutionResult, FunctionExecutionResult> =
  /* @__PURE__ */ defineMessage<FunctionExecutionResult>("FunctionExecutionResult", undefined, {
    codec: { encode: functionExecutionResultToJson, decode: (json) => functionExecutionResultFromJson(json) },
  });
export type ToolResultMessage = TypedMessage<string, FunctionExecutionResult>;
