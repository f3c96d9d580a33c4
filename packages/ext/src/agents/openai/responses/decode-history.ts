import {
  AssistantMessage,
  filePart,
  FunctionExecutionResultMessage,
  imageFromDataUri,
  imageFromUrl,
  SystemMessage,
  UserMessage,
  type ContentPart,
  type FunctionCall,
  type FunctionExecutionResult,
  type ImageDetail,
  type JsonObject,
  type LLMMessage,
} from "@tesserae/core";
import { objectsOf, readAnswerData, textOf, writeAnswerData } from "./answer-data.ts";
import { approvalCalls, MCP_APPROVAL } from "./mcp-approvals.ts";

/**
 * Messages of the items of a saved history, AutoGen's or ours; `encodeInput` gives the same items again. The last answer
 * gets the id under which the provider keeps the conversation.
 */
export function decodeHistory(items: readonly JsonObject[], responseId: string | undefined): readonly LLMMessage[] {
  const messages: LLMMessage[] = [];
  const names = new Map<string, string>();
  let output: JsonObject[] = [];
  let results: FunctionExecutionResult[] = [];
  const close = (): void => {
    if (output.length > 0) messages.push(answerOf(output));
    if (results.length > 0) messages.push(FunctionExecutionResultMessage({ content: results }));
    output = [];
    results = [];
  };
  for (const item of items) {
    const result = resultOf(item, names);
    if (result !== undefined) {
      if (output.length > 0) close();
      results.push(result);
      continue;
    }
    const message = messageOf(item);
    if (message !== undefined || results.length > 0) close();
    if (message === undefined) {
      output.push(item);
      if (item["type"] === "function_call") names.set(textOf(item["call_id"]) ?? "", textOf(item["name"]) ?? "");
    } else messages.push(message);
  }
  close();
  return responseId === undefined ? messages : withResponseId(messages, responseId);
}

/** A message that is one item; `undefined` for items that an answer is made of. */
function messageOf(item: JsonObject): LLMMessage | undefined {
  const { role, content, type } = item;
  if (typeof content === "string" && type === undefined) {
    if (role === "system") return SystemMessage({ content });
    if (role === "user") return UserMessage({ content, source: "user" });
    if (role === "assistant") return AssistantMessage({ content, source: "assistant" });
  }
  if (role !== "user" || !Array.isArray(content)) return undefined;
  const parts = objectsOf(content).map(partOf);
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? UserMessage({ content: known, source: "user" }) : undefined;
}

/** AutoGen writes the parts of chat completions here, which its own agent cannot send. */
function partOf(part: JsonObject): ContentPart | undefined {
  switch (part["type"]) {
    case "input_text":
    case "text":
      return textOf(part["text"]);
    case "input_image":
    case "image_url":
      return imageOf(part);
    case "input_file":
      return fileOf(part);
    default:
      return undefined;
  }
}

function imageOf(part: JsonObject): ContentPart | undefined {
  const { image_url: image, file_id: id, detail } = part;
  const given: { readonly detail?: ImageDetail } = detail === "low" || detail === "high" ? { detail } : {};
  if (typeof id === "string") return filePart({ mediaType: "image/*", fileId: id, detail: given.detail });
  const url = typeof image === "string" ? image : textOf(objectsOf([image])[0]?.["url"]);
  if (url === undefined) return undefined;
  const isOurs = given.detail === undefined && /^data:image\/(png|jpeg|gif|webp);base64,/.test(url);
  return isOurs ? imageFromDataUri(url) : imageFromUrl(url, given);
}

function fileOf({ file_id: id, file_url: url, filename, file_data: data }: JsonObject): ContentPart | undefined {
  const mediaType = "application/octet-stream";
  if (typeof id === "string") return filePart({ mediaType, fileId: id });
  if (typeof url === "string") return filePart({ mediaType, url });
  const [, kind, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(textOf(data) ?? "") ?? [];
  return kind === undefined ? undefined : filePart({ mediaType: kind, base64, name: textOf(filename) });
}

function resultOf(item: JsonObject, names: ReadonlyMap<string, string>): FunctionExecutionResult | undefined {
  if (item["type"] === "function_call_output" && typeof item["output"] === "string") {
    const callId = textOf(item["call_id"]) ?? "";
    return { content: item["output"], name: names.get(callId) ?? "", callId };
  }
  if (item["type"] !== "mcp_approval_response") return undefined;
  const isError = item["approve"] !== true;
  const content = isError ? (textOf(item["reason"]) ?? "") : "approved";
  return { content, name: MCP_APPROVAL, callId: textOf(item["approval_request_id"]) ?? "", isError };
}

function answerOf(output: readonly JsonObject[]): AssistantMessage {
  const calls = callsOf(output);
  const text = output.flatMap((item) => (item["type"] === "message" ? objectsOf(item["content"]) : []));
  return AssistantMessage({
    content: calls.length > 0 ? calls : text.map((part) => textOf(part["text"]) ?? "").join(""),
    source: "assistant",
    providerData: writeAnswerData({ responseId: undefined, output, citations: [] }),
  });
}

function callsOf(output: readonly JsonObject[]): readonly FunctionCall[] {
  const calls = output.filter((item) => item["type"] === "function_call");
  return [
    ...calls.map((item) => ({
      id: textOf(item["call_id"]) ?? "",
      name: textOf(item["name"]) ?? "",
      arguments: textOf(item["arguments"]) ?? "",
    })),
    ...approvalCalls(output),
  ];
}

function withResponseId(messages: readonly LLMMessage[], responseId: string): readonly LLMMessage[] {
  const last = messages.findLastIndex((message) => message.type === "AssistantMessage");
  const answer = messages[last];
  if (answer?.type !== "AssistantMessage") {
    const providerData = writeAnswerData({ responseId, output: [], citations: [] });
    return [AssistantMessage({ content: "", source: "assistant", providerData }), ...messages];
  }
  const providerData = writeAnswerData({ ...readAnswerData(answer), responseId });
  return messages.with(last, { ...answer, providerData });
}
