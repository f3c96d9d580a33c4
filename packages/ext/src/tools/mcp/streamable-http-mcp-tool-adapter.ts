import type { ComponentDefinition } from "@tesserae/core";
import { McpToolAdapter, findTool } from "./mcp-tool-adapter.ts";
import { mcpToolAdapterComponent } from "./mcp-tool-adapter-component.ts";
import { StreamableHttpServerParams } from "./server-params.ts";
import type { McpRequestOptions } from "./session/mcp-session.ts";

/** A tool of a server that speaks over streamable HTTP, for an agent. */
export class StreamableHttpMcpToolAdapter extends McpToolAdapter<StreamableHttpServerParams> {
  static readonly component: ComponentDefinition<StreamableHttpMcpToolAdapter> = mcpToolAdapterComponent<
    StreamableHttpServerParams,
    StreamableHttpMcpToolAdapter
  >(
    "StreamableHttpMcpToolAdapter",
    "StreamableHttpServerParams",
    (options) => new StreamableHttpMcpToolAdapter(options),
  );

  /**
   * Asks the server for its tools, and adapts the one of this name.
   *
   * @throws ValueError that lists what there is.
   */
  static async fromServerParams(
    serverParams: StreamableHttpServerParams,
    name: string,
    { signal }: McpRequestOptions = {},
  ): Promise<StreamableHttpMcpToolAdapter> {
    const params = StreamableHttpServerParams(serverParams);
    return new StreamableHttpMcpToolAdapter({ serverParams: params, tool: await findTool(params, name, signal) });
  }
}
