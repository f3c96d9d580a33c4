import {
  imageFromBase64,
  isObject,
  type ImageResultContent,
  type TextResultContent,
  type ToolResult,
} from "@tesserae/core";
import type { McpCallToolResult, McpContent } from "./mcp-types.ts";

/** The result of a call for a model: text and images as they are, everything else as its JSON. */
export function toolResultOf(name: string, given: McpCallToolResult): ToolResult {
  const { content, structuredContent, isError = false } = given;
  const parts = content.map(partOf);
  // A server is asked to say the same in text; one that does not would leave the model without an answer.
  if (parts.length === 0 && structuredContent !== undefined) parts.push(text(JSON.stringify(structuredContent)));
  const result: ToolResult = { type: "ToolResult", name, result: parts, isError };
  return structuredContent === undefined ? result : { ...result, structuredContent };
}

/** The JSON of a list of parts, each with its members in the order in which they came. */
export function contentToText(content: readonly McpContent[]): string {
  return JSON.stringify(content.map(plain));
}

function partOf(content: McpContent): TextResultContent | ImageResultContent {
  if (content.type === "text" && typeof content["text"] === "string") return text(content["text"]);
  if (content.type === "image" && typeof content["data"] === "string") {
    return { type: "ImageResultContent", content: imageFromBase64(content["data"]) };
  }
  return text(JSON.stringify(plain(content)));
}

function text(content: string): TextResultContent {
  return { type: "TextResultContent", content };
}

/** Without a `_meta` that says nothing, and with addresses in their usual form, as AutoGen writes them. */
function plain(content: object): object {
  return Object.fromEntries(
    Object.entries(content)
      .filter(([key, value]) => !((key === "_meta" || key === "meta") && value === null))
      .map(([key, value]: [string, unknown]) => {
        if (key === "uri" && typeof value === "string" && URL.canParse(value)) return [key, new URL(value).href];
        return [key, (key === "resource" || key === "annotations") && isObject(value) ? plain(value) : value];
      }),
  );
}
