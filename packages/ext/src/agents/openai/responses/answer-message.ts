import { MultiModalMessage, type Response, type Turn } from "@tesserae/agentchat";
import { imageFromBase64, isTesseraeError, type AssistantMessage, type Image, type JsonObject } from "@tesserae/core";
import { readAnswerData } from "./answer-data.ts";

/**
 * The response with what the answers of the turn hold beside text: the sources that the text names stand as JSON in the
 * metadata, under `citations`, and generated images make it a message of text and images.
 */
export function withFindings(response: Response, answers: readonly AssistantMessage[], turn: Turn): Response {
  const { chatMessage } = response;
  if (chatMessage.type !== "TextMessage") return response;
  const data = answers.map(readAnswerData);
  const citations = data.at(-1)?.citations ?? [];
  const images = data.flatMap(({ output = [] }) => output).flatMap(imageOf);
  if (citations.length === 0 && images.length === 0) return response;
  const metadata =
    citations.length === 0
      ? chatMessage.metadata
      : { ...chatMessage.metadata, citations: JSON.stringify(citations.map(citationJson)) };
  if (images.length === 0) return { ...response, chatMessage: { ...chatMessage, metadata } };
  const { id, source, modelsUsage, content: text } = chatMessage;
  const content = text === "" ? images : [text, ...images];
  return {
    ...response,
    chatMessage: MultiModalMessage({ id, source, modelsUsage, metadata, content }, turn.context),
  };
}

function imageOf({ type, result }: JsonObject): readonly Image[] {
  if (type !== "image_generation_call" || typeof result !== "string") return [];
  try {
    return [imageFromBase64(result)];
  } catch (error) {
    // A picture of a kind that messages do not know is no reason to lose the answer.
    if (isTesseraeError(error)) return [];
    throw error;
  }
}

/** The members that citations have in AutoGen's agents: a page's address and title, or a file's id and the quoted text. */
function citationJson(raw: JsonObject): JsonObject {
  const { type, url, title, file_id: fileId, filename, quote } = raw;
  if (type === "url_citation") return { url: url ?? null, title: title ?? null, text: null };
  return { file_id: fileId ?? null, title: filename ?? null, text: quote ?? null };
}
