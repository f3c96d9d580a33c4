import type { ComponentDefinition } from "@tesserae/core";
import { McpToolAdapter, findTool } from "./mcp-tool-adapter.ts";
import { mcpToolAdapterComponent } from "./mcp-tool-adapter-component.ts";
import { SseServerParams } from "./server-params.ts";
import type { McpRequestOptions } from "./session/mcp-session.ts";

/** A tool of a server that speaks over server-sent events, for an agent. */
export class SseMcpToolAdapter extends McpToolAdapter<SseServerParams> {
  static readonly component: ComponentDefinition<SseMcpToolAdapter> = mcpToolAdapterComponent<
    SseServerParams,
    SseMcpToolAdapter
  >("SseMcpToolAdapter", "SseServerParams", (options) => new SseMcpToolAdapter(options));

  /**
   * Asks the server for its tools, and adapts the one of this name.
   *
   * @throws ValueError that lists what there is.
   */
  static async fromServerParams(
    serverParams: SseServerParams,
    name: string,
    { signal }: McpRequestOptions = {},
  ): Promise<SseMcpToolAdapter> {
    const params = SseServerParams(serverParams);
    return new SseMcpToolAdapter({ serverParams: params, tool: await findTool(params, name, signal) });
  }
}
