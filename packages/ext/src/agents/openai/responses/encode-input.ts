import {
  imageToDataUri,
  isImage,
  partKind,
  ValueError,
  type AssistantMessage,
  type ContentPart,
  type FilePart,
  type FunctionExecutionResult,
  type JsonObject,
  type LLMMessage,
} from "@tesserae/core";
import { describePart, unsupportedInput } from "../../../models/shared/unsupported-input.ts";
import { readAnswerData } from "./answer-data.ts";
import { approvalResponse, MCP_APPROVAL } from "./mcp-approvals.ts";

const CLIENT = "OpenAIAgent";

/**
 * Messages as input items; what an answer holds beside text and calls goes back as it came. `stored` says whether the
 * provider keeps its answers: where it does not, reasoning that was not sealed for us means nothing to it and is left out.
 *
 * @throws ValueError for what the interface does not take.
 */
export function encodeInput(messages: readonly LLMMessage[], stored: boolean): readonly JsonObject[] {
  const items: JsonObject[] = [];
  for (const message of messages) {
    switch (message.type) {
      case "SystemMessage":
        items.push({ role: "system", content: message.content });
        break;
      case "UserMessage":
        items.push({ role: "user", content: encodeContent(message.content) });
        break;
      case "AssistantMessage":
        items.push(...encodeAnswer(message, stored));
        break;
      case "FunctionExecutionResultMessage":
        items.push(...message.content.map(encodeResult));
        break;
    }
  }
  return items;
}

function encodeContent(content: string | readonly ContentPart[]): string | readonly JsonObject[] {
  return typeof content === "string" ? content : content.map(encodePart);
}

function encodeAnswer(message: AssistantMessage, stored: boolean): readonly JsonObject[] {
  const { output } = readAnswerData(message);
  if (output !== undefined) {
    return stored
      ? output
      : output.filter((item) => item["type"] !== "reasoning" || typeof item["encrypted_content"] === "string");
  }
  const { content, thought = "" } = message;
  if (typeof content === "string") return [{ role: "assistant", content }];
  const before: readonly JsonObject[] = thought === "" ? [] : [{ role: "assistant", content: thought }];
  return [
    ...before,
    ...content.map(({ id, name, arguments: args }) => ({ type: "function_call", call_id: id, name, arguments: args })),
  ];
}

function encodeResult(result: FunctionExecutionResult): JsonObject {
  if (result.name === MCP_APPROVAL) return approvalResponse(result);
  return { type: "function_call_output", call_id: result.callId, output: result.content };
}

function encodePart(part: ContentPart): JsonObject {
  if (typeof part === "string") return { type: "input_text", text: part };
  if (isImage(part)) return { type: "input_image", image_url: imageToDataUri(part), detail: "auto" };
  switch (partKind(part)) {
    case "image":
      return encodeImage(part);
    case "file":
      return encodeFile(part);
    default:
      throw unsupportedInput(describePart(part), CLIENT, "the Responses API takes texts, images and files.");
  }
}

function encodeImage(part: FilePart): JsonObject {
  const { base64, fileId, url, mediaType, detail = "auto" } = part;
  if (fileId !== undefined) return { type: "input_image", file_id: fileId, detail };
  if (url !== undefined) return { type: "input_image", image_url: url, detail };
  if (mediaType === "image/*") throw new ValueError("An image as bytes needs its mediaType, such as image/png.");
  return { type: "input_image", image_url: `data:${mediaType};base64,${base64 ?? ""}`, detail };
}

function encodeFile(part: FilePart): JsonObject {
  const { base64, fileId, url, mediaType, name } = part;
  if (fileId !== undefined) return { type: "input_file", file_id: fileId };
  if (url !== undefined) return { type: "input_file", file_url: url };
  return {
    type: "input_file",
    filename: name ?? `file.${mediaType.slice(mediaType.indexOf("/") + 1)}`,
    file_data: `data:${mediaType};base64,${base64 ?? ""}`,
  };
}
