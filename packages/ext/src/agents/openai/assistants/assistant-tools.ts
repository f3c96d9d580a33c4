import {
  isTool,
  StaticWorkbench,
  textToolResult,
  toolResultToText,
  ValueError,
  type JsonObject,
  type Tool,
  type ToolCallOptions,
  type ToolResult,
} from "@tesserae/core";
import type { OpenAIAssistantAgentOptions } from "./options.ts";

/** So many tools an assistant may have. */
const MOST_TOOLS = 128;

/** The tools of an assistant: as the interface has them, and those that are run here. */
export interface AssistantTools {
  readonly wire: readonly JsonObject[];
  readonly own: readonly Tool[];
}

/** Checks the tools of an assistant. @throws ValueError for what is none, and for too many. */
export function assistantTools(tools: OpenAIAssistantAgentOptions["tools"] = []): AssistantTools {
  if (!Array.isArray(tools)) throw new ValueError("The option tools must be a list.");
  if (tools.length > MOST_TOOLS) {
    throw new ValueError(`An assistant may have at most ${MOST_TOOLS} tools, and this has ${tools.length}.`);
  }
  const wire: JsonObject[] = [];
  const own: Tool[] = [];
  for (const tool of tools as readonly unknown[]) {
    if (tool === "code_interpreter" || tool === "file_search") wire.push({ type: tool });
    else if (isTool(tool)) {
      own.push(tool);
      wire.push(encodeTool(tool));
    } else {
      throw new ValueError(
        `Unsupported tool type: ${typeof tool === "string" ? `'${tool}'` : typeof tool}. ` +
          "An assistant takes code_interpreter, file_search, and tools made with tool().",
      );
    }
  }
  return { wire, own };
}

function encodeTool({ schema: { name, description, parameters, strict } }: Tool): JsonObject {
  const definition: JsonObject = {
    name,
    description: description ?? "",
    parameters:
      parameters === undefined
        ? {}
        : {
            type: parameters.type,
            properties: parameters.properties,
            ...(parameters.required === undefined ? {} : { required: parameters.required }),
            ...(parameters.$defs === undefined ? {} : { $defs: parameters.$defs }),
            ...(strict === true ? { additionalProperties: false } : {}),
          },
  };
  return { type: "function", function: strict === true ? { ...definition, strict } : definition };
}

/** Runs an assistant's tools; what fails is told as AutoGen's agent tells it. */
export class AssistantWorkbench extends StaticWorkbench {
  override async callTool(name: string, args?: JsonObject, options?: ToolCallOptions): Promise<ToolResult> {
    const result = await super.callTool(name, args, options);
    const text = toolResultToText(result);
    if (!result.isError || text.startsWith("Error: ")) return result;
    return { ...textToolResult(name, `Error: ${text}`, true), refusal: result.refusal };
  }
}
