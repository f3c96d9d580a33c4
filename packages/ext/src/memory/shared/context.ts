import {
  llmMessageFromJson,
  memoryContentToText,
  SystemMessage,
  type ChatCompletionContext,
  type LLMMessage,
  type Memory,
  type MemoryContent,
  type UpdateContextResult,
} from "@tesserae/core";

/** The text of the last message of a context, which is what a memory is asked with; empty without one. */
export async function lastText(modelContext: ChatCompletionContext): Promise<string> {
  const content = (await modelContext.getMessages()).at(-1)?.content;
  if (content === undefined || typeof content === "string") return content ?? "";
  return content.map(textOf).join("\n").trim();
}

/**
 * Asks a memory with the last message, and adds what it finds to the context as one system message of the text that `write`
 * makes; adds none when it finds nothing.
 */
export async function addFound(
  modelContext: ChatCompletionContext,
  memory: Pick<Memory, "query">,
  write: (results: readonly MemoryContent[]) => string,
): Promise<UpdateContextResult> {
  const memories = await memory.query(await lastText(modelContext));
  if (memories.results.length > 0) {
    await modelContext.addMessage(SystemMessage({ content: write(memories.results) }));
  }
  return { memories };
}

/** What was found, as AutoGen's memories write it: an empty line, the heading, and a numbered list. */
export function numberedList(heading: string, results: readonly MemoryContent[]): string {
  const lines = results.map((result, index) => `${index + 1}. ${memoryContentToText(result)}`);
  return `\n${heading}:\n${lines.join("\n")}`;
}

/** Which messages a new one takes the place of, and whether it comes in where there are none. */
interface Replacement {
  readonly isOfKind: (message: LLMMessage) => boolean;
  readonly addIfNone: boolean;
}

/**
 * Puts a message where an earlier one of its kind stands, and takes out the others of its kind. A context can only be
 * emptied and filled again, so that is what happens to it, unless nothing would change.
 */
export async function replaceMessage(
  modelContext: ChatCompletionContext,
  message: SystemMessage,
  { addIfNone, isOfKind }: Replacement,
): Promise<void> {
  const { messages: stored } = await modelContext.saveState();
  const messages = Array.isArray(stored) ? stored.map((one) => llmMessageFromJson(one)) : [];
  const place = messages.findIndex(isOfKind);
  if (place < 0) {
    if (addIfNone) await modelContext.addMessage(message);
    return;
  }
  const isAlone = messages.findLastIndex(isOfKind) === place;
  if (isAlone && messages[place]?.content === message.content) return;
  await modelContext.clear();
  for (const [index, one] of messages.entries()) {
    if (index === place) await modelContext.addMessage(message);
    else if (!isOfKind(one)) await modelContext.addMessage(one);
  }
}

/** The text in a part of a message: what was written, what a tool returned, what a tool is called with. */
function textOf(part: unknown): string {
  if (typeof part === "string") return part;
  if (typeof part !== "object" || part === null) return "";
  if ("content" in part && typeof part.content === "string") return part.content;
  if ("arguments" in part && typeof part.arguments === "string") return part.arguments;
  return "text" in part && typeof part.text === "string" ? part.text : "";
}
