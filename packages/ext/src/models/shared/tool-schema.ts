import { type CreateOptions, type Tool, type ToolSchema, ValueError } from "@tesserae/core";

/** What a model is told of a tool, whichever way the tool was given. */
export function toolSchemaOf(tool: Tool | ToolSchema): ToolSchema {
  return "schema" in tool ? tool.schema : tool;
}

/** Which tools a model may call: the caller's choice, where a single tool is named. */
export type NamedToolChoice = "auto" | "required" | "none" | { readonly name: string };

/**
 * The caller's choice of tools; `undefined` when there are no tools, as there is then nothing to choose from.
 *
 * @throws ValueError for a tool that is not among the tools of the call, and for any other value.
 */
export function namedToolChoice({ tools = [], toolChoice = "auto" }: CreateOptions): NamedToolChoice | undefined {
  if (typeof toolChoice === "string") {
    if (!["auto", "required", "none"].includes(toolChoice)) {
      throw new ValueError(`toolChoice is "${toolChoice}": it must be "auto", "required", "none" or a tool.`);
    }
    return tools.length === 0 ? undefined : toolChoice;
  }
  if (typeof toolChoice !== "object" || toolChoice === null || typeof toolChoice.name !== "string") {
    throw new ValueError('toolChoice must be "auto", "required", "none" or a tool.');
  }
  const { name } = toolSchemaOf(toolChoice);
  if (tools.length === 0) throw new ValueError(`toolChoice names the tool "${name}", but the call has no tools.`);
  if (tools.some((tool) => toolSchemaOf(tool).name === name)) return { name };
  throw new ValueError(
    `toolChoice names the tool "${name}", which is not among the tools of the call: ${tools.map((tool) => toolSchemaOf(tool).name).join(", ")}.`,
  );
}
