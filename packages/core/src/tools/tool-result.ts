import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import { imageFromJson, imageToJson, type Image } from "../models/image.ts";
import { isJson } from "../to-json.ts";
import { isLimitName } from "../run/limits.ts";
import type { ToolRefusal, ToolResult } from "./workbench.ts";

/** A result of one text. */
export function textToolResult(name: string, text: string, isError = false): ToolResult {
  return { type: "ToolResult", name, result: [{ type: "TextResultContent", content: text }], isError };
}

/** The text of a result, parts joined by newlines; an image as `[Image: <base64>]` or what `replaceImage` gives. */
export function toolResultToText(result: ToolResult, replaceImage?: string | ((image: Image) => string)): string {
  const first = result.result[0];
  if (first !== undefined && result.result.length === 1 && first.type === "TextResultContent") return first.content;
  return result.result
    .map((part) => {
      if (part.type === "TextResultContent") return part.content;
      if (replaceImage === undefined) return `[Image: ${part.content.data}]`;
      return typeof replaceImage === "string" ? replaceImage : replaceImage(part.content);
    })
    .join("\n");
}

/** Writes a result as AutoGen does. */
export function toolResultToJson(result: ToolResult): JsonObject {
  return {
    type: "ToolResult",
    name: result.name,
    result: result.result.map((part) =>
      part.type === "TextResultContent"
        ? { type: part.type, content: part.content }
        : { type: part.type, content: imageToJson(part.content) },
    ),
    is_error: result.isError,
    ...(result.refusal === undefined ? {} : { refusal: result.refusal }),
    ...(result.structuredContent === undefined ? {} : { structured_content: result.structuredContent }),
  };
}

/** Reads a result. */
export function toolResultFromJson(json: unknown): ToolResult {
  if (!isObject(json) || typeof json["name"] !== "string" || !Array.isArray(json["result"])) {
    throw new ValueError("A tool result must have a name and a list of result parts.");
  }
  return {
    type: "ToolResult",
    name: json["name"],
    result: json["result"].map((part, index) => {
      if (isObject(part) && part["type"] === "TextResultContent" && typeof part["content"] === "string") {
        return { type: "TextResultContent", content: part["content"] };
      }
      if (isObject(part) && part["type"] === "ImageResultContent") {
        return { type: "ImageResultContent", content: imageFromJson(part["content"]) };
      }
      throw new ValueError(`/result/${index} must be a TextResultContent or an ImageResultContent.`);
    }),
    isError: json["is_error"] === true,
    ...(isRefusal(json["refusal"]) ? { refusal: json["refusal"] } : {}),
    ...(isJson(json["structured_content"]) ? { structuredContent: json["structured_content"] } : {}),
  };
}

function isRefusal(json: unknown): json is ToolRefusal {
  if (!isObject(json) || typeof json["reason"] !== "string") return false;
  return json["type"] === "denied" || (json["type"] === "limit" && isLimitName(json["limit"]));
}

/** What went wrong, for a model: the messages of an error, one a line, those of an aggregate flattened. */
export function errorToText(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(errorToText).join("\n");
  if (error instanceof Error) return error.message.trim() || error.name;
  return String(error);
}
