import { ValueError } from "../errors/kinds.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { filePartFromJson, filePartToJson, type CacheTtl, type ContentPart } from "./file-part.ts";
import { imageFromJson, imageToJson } from "./image.ts";
import type { FunctionCall, FunctionExecutionResult, LLMMessage, RequestUsage } from "./messages.ts";

/*
 * The JSON of AutoGen's model messages: snake_case keys, absent values as null, keys in Python's order.
 * `provider_data`, `cache` and files are ours: they are written only where there are some.
 */

const TTLS: readonly CacheTtl[] = ["5m", "1h"];

/** Writes a function call. */
export function functionCallToJson(call: FunctionCall): JsonObject {
  return { id: call.id, arguments: call.arguments, name: call.name };
}

/** Reads a function call. */
export function functionCallFromJson(json: unknown, pointer = ""): FunctionCall {
  const source = objectAt(json, pointer);
  return {
    id: textAt(source, "id", pointer),
    arguments: textAt(source, "arguments", pointer),
    name: textAt(source, "name", pointer),
  };
}

/** Writes the result of a function call. */
export function functionExecutionResultToJson(result: FunctionExecutionResult): JsonObject {
  return {
    content: result.content,
    name: result.name,
    call_id: result.callId,
    is_error: result.isError ?? null,
  };
}

/** Reads the result of a function call. */
export function functionExecutionResultFromJson(json: unknown, pointer = ""): FunctionExecutionResult {
  const source = objectAt(json, pointer);
  const isError = source["is_error"];
  return {
    content: textAt(source, "content", pointer),
    name: textAt(source, "name", pointer),
    callId: textAt(source, "call_id", pointer),
    ...(typeof isError === "boolean" ? { isError } : {}),
  };
}

/** Writes a usage: Python's two keys, then ours where known. */
export function requestUsageToJson(usage: RequestUsage): JsonObject {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    ...(usage.cachedPromptTokens === undefined ? {} : { cached_prompt_tokens: usage.cachedPromptTokens }),
    ...(usage.cacheWriteTokens === undefined ? {} : { cache_write_tokens: usage.cacheWriteTokens }),
    ...(usage.reasoningTokens === undefined ? {} : { reasoning_tokens: usage.reasoningTokens }),
  };
}

/** Reads a usage; both of Python's counts are required. */
export function requestUsageFromJson(json: unknown, pointer = ""): RequestUsage {
  const source = objectAt(json, pointer);
  const cachedPromptTokens = optionalCount(source, "cached_prompt_tokens", pointer);
  const cacheWriteTokens = optionalCount(source, "cache_write_tokens", pointer);
  const reasoningTokens = optionalCount(source, "reasoning_tokens", pointer);
  return {
    promptTokens: countAt(source, "prompt_tokens", pointer),
    completionTokens: countAt(source, "completion_tokens", pointer),
    ...(cachedPromptTokens === undefined ? {} : { cachedPromptTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cacheWriteTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
  };
}

/** Writes text, images and files. */
export function contentPartsToJson(parts: readonly ContentPart[]): Json[] {
  return parts.map((part) =>
    typeof part === "string" ? part : part.type === "File" ? filePartToJson(part) : imageToJson(part),
  );
}

/** Reads text, images and files. */
export function contentPartsFromJson(json: unknown, pointer = ""): ContentPart[] {
  return arrayAt(json, pointer).map((part, index) => {
    if (typeof part === "string") return part;
    return isObject(part) && part["type"] === "File"
      ? filePartFromJson(part, `${pointer}/${index}`)
      : imageFromJson(part);
  });
}

/** Writes a model message as AutoGen does. */
export function llmMessageToJson(message: LLMMessage): JsonObject {
  const json = uncachedToJson(message);
  return message.cache === undefined ? json : { ...json, cache: message.cache };
}

function uncachedToJson(message: LLMMessage): JsonObject {
  switch (message.type) {
    case "SystemMessage":
      return { content: message.content, type: message.type };
    case "UserMessage":
      return {
        content: typeof message.content === "string" ? message.content : contentPartsToJson(message.content),
        source: message.source,
        type: message.type,
      };
    case "AssistantMessage":
      return {
        content: typeof message.content === "string" ? message.content : message.content.map(functionCallToJson),
        thought: message.thought ?? null,
        source: message.source,
        type: message.type,
        ...(message.providerData === undefined ? {} : { provider_data: message.providerData }),
      };
    case "FunctionExecutionResultMessage":
      return { content: message.content.map(functionExecutionResultToJson), type: message.type };
  }
}

/** A model message as component configs have it: absent values are left out instead of null. */
export function llmMessageToConfig(message: LLMMessage): JsonObject {
  const json = llmMessageToJson(message);
  if (message.type !== "FunctionExecutionResultMessage") return withoutNulls(json);
  return { ...json, content: message.content.map((result) => withoutNulls(functionExecutionResultToJson(result))) };
}

/** Reads a model message; `type` is required. */
export function llmMessageFromJson(json: unknown, pointer = ""): LLMMessage {
  const source = objectAt(json, pointer);
  const cache = TTLS.find((known) => known === source["cache"]);
  const message = uncachedFromJson(source, pointer);
  return cache === undefined ? message : { ...message, cache };
}

function uncachedFromJson(source: Record<string, unknown>, pointer: string): LLMMessage {
  const content = source["content"];
  const at = `${pointer}/content`;
  switch (source["type"]) {
    case "SystemMessage":
      return { type: "SystemMessage", content: textAt(source, "content", pointer) };
    case "UserMessage":
      return {
        type: "UserMessage",
        content: typeof content === "string" ? content : contentPartsFromJson(content, at),
        source: textAt(source, "source", pointer),
      };
    case "AssistantMessage": {
      const thought = source["thought"];
      const providerData = source["provider_data"];
      return {
        type: "AssistantMessage",
        content:
          typeof content === "string"
            ? content
            : arrayAt(content, at).map((call, index) => functionCallFromJson(call, `${at}/${index}`)),
        ...(typeof thought === "string" ? { thought } : {}),
        source: textAt(source, "source", pointer),
        ...(providerData === undefined || providerData === null ? {} : { providerData: providerData as Json }),
      };
    }
    case "FunctionExecutionResultMessage":
      return {
        type: "FunctionExecutionResultMessage",
        content: arrayAt(content, at).map((result, index) => functionExecutionResultFromJson(result, `${at}/${index}`)),
      };
    default:
      throw new ValueError(
        `${pointer || "A model message"}: "type" must be SystemMessage, UserMessage, AssistantMessage or ` +
          `FunctionExecutionResultMessage, got ${JSON.stringify(source["type"])}.`,
      );
  }
}

function withoutNulls(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
}

function objectAt(json: unknown, pointer: string): Record<string, unknown> {
  if (!isObject(json)) throw new ValueError(`${pointer || "The value"} must be an object.`);
  return json;
}

function optionalCount(source: Record<string, unknown>, key: string, pointer: string): number | undefined {
  return source[key] === undefined || source[key] === null ? undefined : countAt(source, key, pointer);
}

function countAt(source: Record<string, unknown>, key: string, pointer: string): number {
  const value = source[key];
  if (typeof value !== "number") throw new ValueError(`${pointer}/${key} must be a number of tokens.`);
  return value;
}

function arrayAt(json: unknown, pointer: string): readonly unknown[] {
  if (!Array.isArray(json)) throw new ValueError(`${pointer || "The value"} must be an array.`);
  return json;
}

function textAt(source: Record<string, unknown>, key: string, pointer: string): string {
  const value = source[key];
  if (typeof value !== "string") throw new ValueError(`${pointer}/${key} must be text.`);
  return value;
}
