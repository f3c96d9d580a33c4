import { MultiModalMessage, TextMessage, type ChatMessage } from "@tesserae/agentchat";
import { ValueError, imageFromDataUri, type Image } from "@tesserae/core";

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
 * thread has what came before. Images come as parts.
 * @throws ValueError when the last message is not the person's, is empty, or holds a file that is no image or is not in it.
 */
export function taskFromUIMessages(messages: readonly UIMessageLike[], source = "user"): ChatMessage {
  const last = messages.at(-1);
  if (last?.role !== "user" || !Array.isArray(last.parts)) {
    throw new ValueError('The last of the messages must be one of the person: {"role": "user", "parts": […]}.');
  }
  const content = last.parts.flatMap((part): readonly (string | Image)[] => {
    if (part.type === "text") return typeof part.text === "string" && part.text !== "" ? [part.text] : [];
    return part.type === "file" ? [imageOf(part)] : [];
  });
  const texts = content.filter((part) => typeof part === "string");
  if (content.length === 0) throw new ValueError("The last of the messages has neither text nor images.");
  return texts.length === content.length
    ? TextMessage({ source, content: texts.join("\n") })
    : MultiModalMessage({ source, content });
}

function imageOf({ url, mediaType }: UIMessageLike["parts"][number]): Image {
  if (typeof url !== "string" || !url.startsWith("data:image/")) {
    const shown = typeof mediaType === "string" ? mediaType : "unknown type";
    throw new ValueError(`A file of ${shown} cannot be given to the agents: give images, in data: URLs.`);
  }
  return imageFromDataUri(url);
}
