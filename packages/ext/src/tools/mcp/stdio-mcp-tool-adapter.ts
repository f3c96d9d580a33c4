import type { ComponentDefinition } from "@tesserae/core";
import { McpToolAdapter, findTool } from "./mcp-tool-adapter.ts";
import { mcpToolAdapterComponent } from "./mcp-tool-adapter-component.ts";
import { StdioServerParams } from "./server-params.ts";
import type { McpRequestOptions } from "./session/mcp-session.ts";

/** A tool of a server that starts as a child process, for an agent. */
export class StdioMcpToolAdapter extends McpToolAdapter<StdioServerParams> {
  static readonly component: ComponentDefinition<StdioMcpToolAdapter> = mcpToolAdapterComponent<
    StdioServerParams,
    StdioMcpToolAdapter
  >("StdioMcpToolAdapter", "StdioServerParams", (options) => new StdioMcpToolAdapter(options));

  /**
   * Asks the server for its tools, and adapts the one of this name.
   *
   * @throws ValueError that lists what there is.
   */
  static async fromServerParams(
    serverParams: StdioServerParams,
    name: string,
    { signal }: McpRequestOptions = {},
  ): Promise<StdioMcpToolAdapter> {
    const params = StdioServerParams(serverParams);
    return new StdioMcpToolAdapter({ serverParams: params, tool: await findTool(params, name, signal) });
  }
}
