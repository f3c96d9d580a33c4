import { isFilePart, isObject, type CreateOptions, type LLMMessage, type ToolSchema } from "@tesserae/core";
import { estimateTokens } from "../shared/estimate-tokens.ts";
import { fileTokens } from "../shared/file-tokens.ts";
import { toolSchemaOf } from "../shared/tool-schema.ts";

/** AutoGen's estimates of what stands around the texts of a request. */
const SYSTEM = 15;
const MESSAGE = 10;
const CALL = 10;
const RESULT = 10;
const TOOL = 20;
const NUMBER_IN_ENUM = 2;
/** AutoGen's estimate of an image. */
const IMAGE = 512;

/** An estimate of the tokens of a request, by the rules of AutoGen's Anthropic client and our estimate of cl100k. */
export function estimateRequest(messages: readonly LLMMessage[], { tools = [] }: Pick<CreateOptions, "tools">): number {
  let tokens = 0;
  let isSystem = false;
  for (const message of messages) {
    if (message.type === "SystemMessage") {
      tokens += count(message.content) + (isSystem ? 0 : SYSTEM);
      isSystem = true;
    } else {
      tokens += MESSAGE + countContent(message.content);
    }
  }
  for (const tool of tools) tokens += countTool(toolSchemaOf(tool));
  return tokens;
}

function countContent(content: Exclude<LLMMessage, { type: "SystemMessage" }>["content"]): number {
  if (typeof content === "string") return count(content);
  let tokens = 0;
  for (const part of content) {
    if (typeof part === "string") tokens += count(part);
    else if ("callId" in part) tokens += count(part.content) + RESULT;
    else if ("arguments" in part) tokens += count(part.name) + count(part.arguments) + CALL;
    else tokens += isFilePart(part) ? fileTokens(part, count, IMAGE) : IMAGE;
  }
  return tokens;
}

function countTool({ name, description, parameters }: ToolSchema): number {
  let tokens = TOOL + count(name) + count(description ?? "");
  for (const [property, schema] of Object.entries(parameters?.properties ?? {})) {
    tokens += count(property) + countProperty(schema);
  }
  // Schemas that are defined apart are sent as they are.
  return parameters?.$defs === undefined ? tokens : tokens + count(JSON.stringify(parameters.$defs));
}

function countProperty(schema: unknown): number {
  if (!isObject(schema)) return count(JSON.stringify(schema) ?? "");
  const { type, description, enum: values, ...rest } = schema;
  let tokens = 0;
  if (type !== undefined) tokens += count(textOf(type));
  if (description !== undefined) tokens += count(textOf(description));
  if (Array.isArray(values)) {
    for (const value of values) tokens += typeof value === "string" ? count(value) : NUMBER_IN_ENUM;
  }
  return Object.keys(rest).length === 0 ? tokens : tokens + count(JSON.stringify(rest));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function count(text: string): number {
  return estimateTokens(text, "cl100k");
}
