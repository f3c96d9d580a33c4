import { ValueError, type FunctionExecutionResultMessage, type LLMMessage, type UserMessage } from "@tesserae/core";
import type { AnthropicMessage, AnthropicTextBlock } from "@tesserae/wire/anthropic";
import { checkName } from "../shared/check-name.ts";
import { mergeSystemMessages } from "../shared/system-messages.ts";
import { containerOf, encodeAssistant } from "./encode-assistant.ts";
import { cacheControl, withMark } from "./cache-marks.ts";
import { encodeParts, notBlank } from "./encode-parts.ts";

/** A conversation in the protocol's form. */
export interface EncodedMessages {
  /** A text; several, where the cache is to keep what stands before the end of one. */
  readonly system?: string | readonly AnthropicTextBlock[];
  readonly messages: readonly AnthropicMessage[];
  /** The container that the latest answer ran in. */
  readonly container?: string;
  /** True when a message holds results of tools: then the provider wants the tools. */
  readonly hasToolResults: boolean;
}

/** Writes a conversation. Nothing of the caller's is changed. */
export function encodeMessages(given: readonly LLMMessage[]): EncodedMessages {
  let system: EncodedMessages["system"];
  let container: string | undefined;
  let hasToolResults = false;
  const messages: AnthropicMessage[] = [];
  for (const message of mergeSystemMessages(given)) {
    switch (message.type) {
      case "SystemMessage":
        system = markedSystem(given) ?? message.content;
        break;
      case "UserMessage":
        messages.push(withMark(encodeUser(message), message.cache));
        break;
      case "AssistantMessage": {
        checkName(message.source, "source of an assistant message");
        const encoded = encodeAssistant(message);
        if (encoded !== undefined) messages.push(withMark(encoded, message.cache));
        container = containerOf(message) ?? container;
        break;
      }
      case "FunctionExecutionResultMessage":
        hasToolResults = true;
        messages.push(withMark(encodeResults(message), message.cache));
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
  return { role: "user", content: encodeParts(content) };
}

/** The system messages with their marks: a text up to each mark, and what is left; `undefined` without marks. */
function markedSystem(given: readonly LLMMessage[]): readonly AnthropicTextBlock[] | undefined {
  const blocks: AnthropicTextBlock[] = [];
  let text = "";
  let isFirst = true;
  for (const message of given) {
    if (message.type !== "SystemMessage") continue;
    text += isFirst ? message.content : `\n${message.content}`;
    isFirst = false;
    if (message.cache === undefined || text.trim() === "") continue;
    blocks.push({ type: "text", text, cache_control: cacheControl(message.cache) });
    text = "";
  }
  if (blocks.length === 0) return undefined;
  const rest = text.trimEnd();
  return rest === "" ? blocks : [...blocks, { type: "text", text: rest }];
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
