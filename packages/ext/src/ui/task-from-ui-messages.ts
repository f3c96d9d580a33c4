import { MultiModalMessage, TextMessage, type ChatMessage } from "@tesserae/agentchat";
import { ValueError, filePart, imageFromDataUri, type ContentPart } from "@tesserae/core";

/** What is read of a message of the AI SDK's user interfaces. */
export interface UIMessageLike {
  readonly role: string;
  readonly parts: readonly {
    readonly type: string;
    readonly text?: unknown;
    readonly url?: unknown;
    readonly mediaType?: unknown;
  }[];
}

/**
 * The last thing that the person said, as the task of a run: `useChat` sends the whole conversation, of which a team or a
 * thread has what came before. Images and files come as parts.
 * @throws ValueError when the last message is not the person's, is empty, or holds a file whose bytes are not in it.
 */
export function taskFromUIMessages(messages: readonly UIMessageLike[], source = "user"): ChatMessage {
  const given: unknown = messages;
  const last = Array.isArray(given) ? messages.at(-1) : undefined;
  if (last?.role !== "user" || !Array.isArray(last.parts)) {
    throw new ValueError('The last of the messages must be one of the person: {"role": "user", "parts": […]}.');
  }
  const content = last.parts.flatMap((part): readonly ContentPart[] => {
    // Whoever can post can post anything.
    const { type, text }: { readonly type?: unknown; readonly text?: unknown } = part ?? {};
    if (type === "text") return typeof text === "string" && text !== "" ? [text] : [];
    return type === "file" ? [fileOf(part)] : [];
  });
  const texts = content.filter((part) => typeof part === "string");
  if (content.length === 0) throw new ValueError("The last of the messages has neither text nor files.");
  return texts.length === content.length
    ? TextMessage({ source, content: texts.join("\n") })
    : MultiModalMessage({ source, content });
}

function fileOf({ url, mediaType }: UIMessageLike["parts"][number]): ContentPart {
  if (typeof url === "string") {
    if (url.startsWith("data:image/")) return imageFromDataUri(url);
    const match = /^data:([^;,]+);base64,(.+)$/s.exec(url);
    if (match?.[1] !== undefined) return filePart({ mediaType: match[1], base64: match[2] });
  }
  const shown = typeof mediaType === "string" ? mediaType : "unknown type";
  throw new ValueError(`A file of ${shown} cannot be given to the agents: its bytes must be in it, in a data: URL.`);
}
