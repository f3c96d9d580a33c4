import {
  ValueError,
  type FunctionExecutionResultMessage,
  type Image,
  type LLMMessage,
  type UserMessage,
} from "@tesserae/core";
import type { AnthropicMessage, AnthropicRequestBlock } from "@tesserae/wire/anthropic";
import { checkName } from "../shared/check-name.ts";
import { mergeSystemMessages } from "../shared/system-messages.ts";
import { containerOf, encodeAssistant } from "./encode-assistant.ts";
import { imageMediaType } from "./images.ts";

/** A conversation in the protocol's form. */
export interface EncodedMessages {
  readonly system?: string;
  readonly messages: readonly AnthropicMessage[];
  /** The container that the latest answer ran in. */
  readonly container?: string;
  /** True when a message holds results of tools: then the provider wants the tools. */
  readonly hasToolResults: boolean;
}

/** Writes a conversation. Nothing of the caller's is changed. */
export function encodeMessages(given: readonly LLMMessage[]): EncodedMessages {
  let system: string | undefined;
  let container: string | undefined;
  let hasToolResults = false;
  const messages: AnthropicMessage[] = [];
  for (const message of mergeSystemMessages(given)) {
    switch (message.type) {
      case "SystemMessage":
        system = message.content;
        break;
      case "UserMessage":
        messages.push(encodeUser(message));
        break;
      case "AssistantMessage": {
        checkName(message.source, "source of an assistant message");
        const encoded = encodeAssistant(message);
        if (encoded !== undefined) messages.push(encoded);
        container = containerOf(message) ?? container;
        break;
      }
      case "FunctionExecutionResultMessage":
        hasToolResults = true;
        messages.push(encodeResults(message));
        break;
      default:
        throw new ValueError(`A message of the type ${JSON.stringify(typeOf(message))} cannot be sent to a model.`);
    }
  }
  if (messages.length === 0) {
    throw new ValueError(
      "There is no message to send: the provider wants at least one message beside the system message.",
    );
  }
  trimLast(messages);
  return {
    ...(system === undefined ? {} : { system }),
    messages,
    ...(container === undefined ? {} : { container }),
    hasToolResults,
  };
}

function encodeUser({ content, source }: UserMessage): AnthropicMessage {
  checkName(source, "source of a user message");
  if (typeof content === "string") return { role: "user", content: notBlank(content) };
  return { role: "user", content: content.map(encodePart) };
}

function encodePart(part: string | Image): AnthropicRequestBlock {
  if (typeof part === "string") return { type: "text", text: notBlank(part) };
  return { type: "image", source: { type: "base64", media_type: imageMediaType(part), data: part.data } };
}

function encodeResults({ content }: FunctionExecutionResultMessage): AnthropicMessage {
  return {
    role: "user",
    content: content.map((result) => ({
      type: "tool_result",
      tool_use_id: result.callId,
      content: result.content,
      ...(result.isError === true ? { is_error: true } : {}),
    })),
  };
}

/** The provider takes no empty text. */
function notBlank(text: string): string {
  return text.trim() === "" ? " " : text;
}

/** An answer that the model is to continue must not end in white space. */
function trimLast(messages: AnthropicMessage[]): void {
  const last = messages.at(-1);
  if (last?.role !== "assistant") return;
  const { content } = last;
  if (typeof content === "string") {
    messages[messages.length - 1] = { role: "assistant", content: content.trimEnd() };
    return;
  }
  const block = content.at(-1);
  if (block?.["type"] !== "text" || typeof block["text"] !== "string") return;
  const trimmed = { ...block, text: block["text"].trimEnd() };
  messages[messages.length - 1] = { role: "assistant", content: [...content.slice(0, -1), trimmed] };
}

function typeOf(message: unknown): unknown {
  return typeof message === "object" && message !== null && "type" in message ? message.type : typeof message;
}
