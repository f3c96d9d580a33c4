import type { McpTool } from "./mcp-types.ts";

/** True for a tool that, by its server's word, changes nothing, or nothing more when it is called again. */
export function isRepeatable(tool: McpTool | undefined): boolean {
  return tool?.annotations?.readOnlyHint === true || tool?.annotations?.idempotentHint === true;
}
