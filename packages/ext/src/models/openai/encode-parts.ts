import { type Image, imageToDataUri, isImage, ValueError } from "@tesserae/core";
import type { OpenAIChatPart } from "@tesserae/wire/openai-chat";

/** Text and images as the API has them. The prefix goes before the first part when that is text. */
export function encodeParts(parts: readonly (string | Image)[], prefix: string): OpenAIChatPart[] {
  return parts.map((part, index) => {
    if (typeof part === "string") return { type: "text", text: index === 0 ? prefix + part : part };
    if (!isImage(part)) throw new ValueError("The content of a user message must be text and images.");
    return { type: "image_url", image_url: { url: imageToDataUri(part), detail: "auto" } };
  });
}
