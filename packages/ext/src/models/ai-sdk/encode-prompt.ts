import {
  extractJsonFromStr,
  isObject,
  ValueError,
  type AssistantMessage,
  type FunctionCall,
  type Json,
  type LLMMessage,
} from "@tesserae/core";
import { mergeSystemMessages } from "../shared/system-messages.ts";
import { cacheOptions, encodeUserPart } from "./encode-part.ts";
import type { LanguageModel } from "./language-model.ts";
import { keptParts } from "./provider-data.ts";

type Part = Readonly<Record<string, unknown>>;

/** Writes a conversation as a prompt. System messages are joined where `oneSystemMessage` says that the model wants it. */
export function encodePrompt(messages: readonly LLMMessage[], model: LanguageModel, oneSystemMessage: boolean): Part[] {
  return (oneSystemMessage ? mergeSystemMessages(messages) : messages).map((message) => ({
    ...encodeMessage(message, model),
    ...cacheOptions(message.cache),
  }));
}

function encodeMessage(message: LLMMessage, model: LanguageModel): Part {
  switch (message.type) {
    case "SystemMessage":
      return { role: "system", content: message.content };
    case "UserMessage": {
      const { content } = message;
      const parts = typeof content === "string" ? [content] : content;
      return { role: "user", content: parts.map((part) => encodeUserPart(part, model)) };
    }
    case "AssistantMessage":
      return { role: "assistant", content: keptParts(message, model.provider) ?? encodeAssistant(message) };
    case "FunctionExecutionResultMessage":
      return {
        role: "tool",
        content: message.content.map((result) => ({
          type: "tool-result",
          toolCallId: result.callId,
          toolName: result.name,
          output: { type: result.isError === true ? "error-text" : "text", value: result.content },
        })),
      };
    default: {
      const type: unknown = Reflect.get(message, "type");
      throw new ValueError(`A message of the type ${JSON.stringify(type)} cannot be sent to a model.`);
    }
  }
}

function encodeAssistant({ content, thought }: AssistantMessage): Part[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return [
    ...(thought === undefined || thought === "" ? [] : [{ type: "text", text: thought }]),
    ...content.map((call) => ({
      type: "tool-call",
      toolCallId: call.id,
      toolName: call.name,
      input: inputOf(call.arguments),
    })),
  ];
}

/** The arguments of a call as an object; those that are none are wrapped, as the providers take objects only. */
export function inputOf(text: FunctionCall["arguments"]): Json {
  if (text.trim() === "") return {};
  try {
    const [input, ...more] = extractJsonFromStr(text);
    if (more.length === 0 && isObject(input)) return input;
  } catch {
    // What a model wrote may be no JSON; it is passed on as it is.
  }
  return { text };
}
