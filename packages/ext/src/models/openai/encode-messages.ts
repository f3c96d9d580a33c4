import { type AssistantMessage, type LLMMessage, type UserMessage, ValueError } from "@tesserae/core";
import type { OpenAIChatMessage, OpenAIChatTextPart } from "@tesserae/wire/openai-chat";
import { checkName } from "../shared/check-name.ts";
import { mergeSystemMessages } from "../shared/system-messages.ts";
import { unsupportedInput } from "../shared/unsupported-input.ts";
import type { Dialect } from "./dialect.ts";
import { BREAKPOINT, encodeParts } from "./encode-parts.ts";
import { returnedData } from "./provider-data.ts";

/** How a client writes its messages. */
export interface MessageRules {
  readonly dialect: Dialect;
  readonly model: string;
  readonly provider: string;
  readonly multipleSystemMessages: boolean;
  readonly addNamePrefixes: boolean;
  readonly includeName: boolean;
  /** Whether the model takes marks for its cache. */
  readonly breakpoints: boolean;
}

/** So many marks a request may have (the types of OpenAI's SDK 6.49). */
const MOST_BREAKPOINTS = 4;

/** Messages as the API has them. @throws ValueError for a source that is no valid name and for an unknown kind of message. */
export function encodeMessages(messages: readonly LLMMessage[], rules: MessageRules): readonly OpenAIChatMessage[] {
  const merged = rules.multipleSystemMessages ? messages : mergeSystemMessages(messages);
  const encoded: OpenAIChatMessage[] = [];
  const last = rules.model.startsWith("claude-") ? merged.length - 1 : -1;
  for (let index = 0; index < merged.length; index += 1) {
    const message = merged[index];
    if (message === undefined) continue;
    const before = encoded.length;
    encodeMessage(index === last ? trimmed(message) : message, rules, encoded);
    if (message.cache !== undefined && rules.breakpoints && encoded.length > before) markLast(encoded);
  }
  if (rules.breakpoints) checkBreakpoints(encoded);
  return encoded;
}

/** Marks the end of the last message; one without content has no place for it. */
function markLast(encoded: OpenAIChatMessage[]): void {
  const message = encoded.at(-1);
  if (message === undefined || message.content === null || message.content === "") return;
  const parts = typeof message.content === "string" ? [textPart(message.content)] : message.content;
  const content = parts.map((part, index) => (index === parts.length - 1 ? { ...part, ...BREAKPOINT } : part));
  // Each kind of message keeps the kind of parts that it had.
  encoded[encoded.length - 1] = { ...message, content } as OpenAIChatMessage;
}

function textPart(text: string): OpenAIChatTextPart {
  return { type: "text", text };
}

function checkBreakpoints(encoded: readonly OpenAIChatMessage[]): void {
  let count = 0;
  for (const { content } of encoded) {
    if (!Array.isArray(content)) continue;
    for (const part of content as readonly OpenAIChatTextPart[]) {
      if (part.prompt_cache_breakpoint !== undefined) count += 1;
    }
  }
  if (count <= MOST_BREAKPOINTS) return;
  throw unsupportedInput(
    `A request with ${count} marks for the cache`,
    "OpenAIChatCompletionClient",
    `OpenAI takes ${MOST_BREAKPOINTS}. Take \`cache\` off the earlier messages and parts.`,
  );
}

/** Writes one message; Claude's empty ones are left out, results of tools are a message each. */
export function encodeMessage(message: LLMMessage, rules: MessageRules, out: OpenAIChatMessage[]): void {
  switch (message.type) {
    case "SystemMessage":
      out.push({ role: "system", content: rules.dialect === "base" ? message.content : message.content || " " });
      return;
    case "UserMessage":
      encodeUser(message, rules, out);
      return;
    case "AssistantMessage":
      encodeAssistant(message, rules, out);
      return;
    case "FunctionExecutionResultMessage":
      for (const { callId, content } of message.content) out.push({ role: "tool", tool_call_id: callId, content });
      return;
    default:
      throw new ValueError(
        `Unknown message type: ${JSON.stringify(Reflect.get(message, "type"))}. A model takes SystemMessage, UserMessage, AssistantMessage and FunctionExecutionResultMessage.`,
      );
  }
}

function encodeUser({ content, source }: UserMessage, rules: MessageRules, out: OpenAIChatMessage[]): void {
  checkName(source, "source of a user message");
  const { dialect } = rules;
  if (dialect === "claude" && typeof content === "string" && content.trim() === "") return;
  const prefix = rules.addNamePrefixes ? `${source} said:\n` : "";
  const text = typeof content === "string" ? prefix + content : encodeParts(content, prefix, rules.breakpoints);
  out.push({
    role: "user",
    content: text === "" && dialect === "gemini" ? " " : text,
    ...(rules.includeName && dialect !== "mistral" ? { name: source } : {}),
  });
}

function encodeAssistant(message: AssistantMessage, rules: MessageRules, out: OpenAIChatMessage[]): void {
  const { content, source, thought } = message;
  checkName(source, "source of an assistant message");
  const { dialect } = rules;
  const returned = returnedData(message, rules.provider);
  if (typeof content === "string") {
    if (dialect === "claude" && content.trim() === "") return;
    out.push({ role: "assistant", content: dialect === "gemini" ? content || " " : content, ...returned.message });
    return;
  }
  out.push({
    role: "assistant",
    content: thoughtText(thought, dialect),
    tool_calls: content.map(({ id, name, arguments: args }, index) => {
      const extra = returned.calls[index] ?? null;
      const call = { id, type: "function", function: { name, arguments: args } } as const;
      return extra === null ? call : { ...call, extra_content: extra };
    }),
    ...returned.message,
  });
}

/** What stands beside tool calls: Gemini and Claude refuse an empty text, Gemini also wants one. */
function thoughtText(thought: string | undefined, dialect: Dialect): string | null {
  if (dialect === "gemini") return thought || " ";
  if (thought === undefined) return null;
  return dialect === "claude" ? thought || " " : thought;
}

/** Claude refuses white space at the end of an answer that it is to go on with. */
function trimmed(message: LLMMessage): LLMMessage {
  if (message.type !== "AssistantMessage" || typeof message.content !== "string") return message;
  return { ...message, content: message.content.trimEnd() };
}
