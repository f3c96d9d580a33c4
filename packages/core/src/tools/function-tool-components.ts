import type { ComponentDefinition } from "../components/component.ts";
import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { FunctionTool } from "./function-tool.ts";
import type { Tool, ToolCallOptions, ToolSchema } from "./tool.ts";

/** A function of the program's own: JSON holds its name, and loading takes the function from `resolve.tool`. */
export const FUNCTION_TOOL_COMPONENT: ComponentDefinition<FunctionTool> = {
  provider: "tesserae.tools.FunctionTool",
  componentType: "tool",
  label: "FunctionTool",
  description: "A tool made of a function of the program, found again by its name.",
  schema: {
    type: "object",
    properties: { name: { type: "string", minLength: 1 }, description: { type: "string" } },
    required: ["name"],
  },
  toConfig: (tool) => ({ name: tool.name, description: tool.description }),
  fromConfig: (config: { readonly name: string }, { resolve }) =>
    resolveTool(resolve("tool", config.name), config.name) as FunctionTool,
};

/** What AutoGen writes for a function: its Python source. */
type PythonFunctionConfig = {
  readonly source_code: string;
  readonly name: string;
  readonly description: string;
  readonly global_imports: JsonObject[string];
  readonly has_cancellation_support: boolean;
};

/**
 * A tool that AutoGen wrote as Python source. The source is kept as data and never run: the tool of the same name from
 * `resolve.tool` does the work, and the file is written again as it was.
 */
export class PythonFunctionTool implements Tool {
  static readonly component: ComponentDefinition<PythonFunctionTool> = {
    provider: "autogen_core.tools.FunctionTool",
    componentType: "tool",
    label: "FunctionTool",
    description: "Create custom tools by wrapping standard Python functions.",
    schema: {
      type: "object",
      properties: {
        source_code: { type: "string" },
        name: { type: "string", minLength: 1 },
        description: { type: "string" },
        global_imports: { type: "array" },
        has_cancellation_support: { type: "boolean" },
      },
      required: ["source_code", "name", "description", "global_imports", "has_cancellation_support"],
    },
    toConfig: (tool) => tool.config,
    fromConfig: (config: PythonFunctionConfig, { resolve }) =>
      new PythonFunctionTool(config, resolveTool(resolve("tool", config.name), config.name)),
  };

  readonly name: string;
  readonly description: string;
  readonly schema: ToolSchema;
  readonly config: PythonFunctionConfig;
  readonly repeat: Tool["repeat"];
  readonly composite: Tool["composite"];
  readonly requiresApproval: Tool["requiresApproval"];
  readonly #tool: Tool;

  constructor(config: PythonFunctionConfig, tool: Tool) {
    this.name = config.name;
    this.description = config.description;
    this.config = config;
    this.schema = { ...tool.schema, name: config.name, description: config.description };
    this.repeat = tool.repeat;
    this.composite = tool.composite;
    this.requiresApproval = tool.requiresApproval;
    this.#tool = tool;
  }

  runJson(args: unknown, options?: ToolCallOptions): Promise<unknown> {
    return this.#tool.runJson(args, options);
  }

  returnValueAsString(value: unknown): string {
    return this.#tool.returnValueAsString(value);
  }

  saveStateJson(): Promise<JsonObject> {
    return this.#tool.saveStateJson();
  }

  loadStateJson(state: JsonObject): Promise<void> {
    return this.#tool.loadStateJson(state);
  }
}

/** True for an object that can be called as a tool. */
export function isTool(value: unknown): value is Tool {
  return (
    isObject(value) &&
    typeof value["name"] === "string" &&
    typeof value["runJson"] === "function" &&
    isObject(value["schema"])
  );
}

function resolveTool(value: unknown, name: string): Tool {
  if (isTool(value)) return value;
  throw new ValueError(`What was given for the tool '${name}' is not a tool. Make it with tool({ name, … }).`);
}
