import {
  isObject,
  type CreateOptions,
  type Json,
  type JsonObject,
  type LLMMessage,
  type Tool,
  type ToolSchema,
} from "@tesserae/core";
import { checkMarks } from "./cache-marks.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeTool, encodeToolChoice, toolsOfHistory } from "./encode-tools.ts";
import { encodeOutputFormat } from "./output-format.ts";

/** What a request is made of. */
export interface RequestParts {
  readonly model: string;
  /** Parameters as the provider names them, those of the call over those of the client. */
  readonly parameters: JsonObject;
  readonly messages: readonly LLMMessage[];
  readonly tools: readonly (Tool | ToolSchema)[];
  readonly toolChoice: CreateOptions["toolChoice"];
  readonly jsonOutput: CreateOptions["jsonOutput"];
  /** The tools of the client's last call that had some. */
  readonly lastTools: readonly ToolSchema[];
  /** Whether the model keeps to the schema of a tool that is strict. */
  readonly strictTools: boolean;
}

/** Writes the body of a request, but for `stream`. */
export function encodeRequest(parts: RequestParts): JsonObject {
  const { tools: ownTools, tool_choice: ownChoice, output_config: output, ...parameters } = parts.parameters;
  const { messages, system, container, hasToolResults } = encodeMessages(parts.messages);
  const tools = offeredTools(parts, hasToolResults);
  const encodedTools = [...listOf(ownTools), ...tools.map((tool) => encodeTool(tool, parts.strictTools))];
  const choice = toolChoice(parts, tools, encodedTools, ownChoice);
  const format = encodeOutputFormat(parts.jsonOutput);
  const config = { ...(isObject(output) ? output : {}), ...(format === undefined ? {} : { format }) };
  const body: JsonObject = {
    model: parts.model,
    ...(system === undefined ? {} : { system }),
    messages,
    ...(encodedTools.length === 0 ? {} : { tools: encodedTools }),
    ...(choice === undefined ? {} : { tool_choice: choice }),
    ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
    ...(container === undefined ? {} : { container }),
    ...parameters,
  };
  checkMarks(body);
  return body;
}

/** The call's tools; where it has none but the conversation holds results of tools, those that were known last. */
function offeredTools(parts: RequestParts, hasToolResults: boolean): readonly (Tool | ToolSchema)[] {
  if (parts.tools.length > 0 || !hasToolResults) return parts.tools;
  return parts.lastTools.length > 0 ? parts.lastTools : toolsOfHistory(parts.messages);
}

function toolChoice(
  { tools: given, toolChoice: wanted }: RequestParts,
  offered: readonly (Tool | ToolSchema)[],
  encoded: readonly Json[],
  own: Json | undefined,
): Json | undefined {
  if (wanted === undefined) {
    if (own !== undefined) return encoded.length === 0 ? undefined : own;
    // Tools that are only told of because of the conversation's past are not to be called.
    return encodeToolChoice(offered, given.length === 0 && offered.length > 0 ? "none" : "auto");
  }
  // A choice between the provider's own tools alone.
  if (offered.length === 0 && encoded.length > 0 && typeof wanted === "string") {
    return { type: wanted === "required" ? "any" : wanted };
  }
  return encodeToolChoice(offered, wanted);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
