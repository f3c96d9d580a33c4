import type { JsonObject } from "../json.ts";
import { BaseTool } from "./base-tool.ts";
import type { Tool, ToolSchema } from "./tool.ts";

/**
 * The base of tools around another tool: name, schema, state, and what the seam must know of it are the other tool's, so
 * that approvals, resumes and models see no difference.
 */
export abstract class ToolWrapper<Inner, Result> extends BaseTool<Result> {
  /** The tool inside. */
  readonly tool: Tool<Inner>;
  readonly schema: ToolSchema;
  readonly reset: Tool["reset"];

  constructor(tool: Tool<Inner>) {
    super(tool);
    this.tool = tool;
    this.schema = tool.schema;
    this.reset = tool.reset === undefined ? undefined : () => tool.reset?.() ?? Promise.resolve();
  }

  override saveStateJson(): Promise<JsonObject> {
    return this.tool.saveStateJson();
  }

  override loadStateJson(state: JsonObject): Promise<void> {
    return this.tool.loadStateJson(state);
  }
}
