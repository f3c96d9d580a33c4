import type { McpToolAdapter } from "./mcp-tool-adapter.ts";
import type { McpTool } from "./mcp-types.ts";
import { checkedServerParams, type McpServerParams } from "./server-params.ts";
import { createMcpServerSession, type McpRequestOptions, type McpSession } from "./session/mcp-session.ts";
import { SseMcpToolAdapter } from "./sse-mcp-tool-adapter.ts";
import { StdioMcpToolAdapter } from "./stdio-mcp-tool-adapter.ts";
import { StreamableHttpMcpToolAdapter } from "./streamable-http-mcp-tool-adapter.ts";

/**
 * A tool of ours for every tool of a server. With a session all calls go over it; without one each call opens a connection
 * of its own, which is slow, and starts a server that speaks over its standard input anew. An `McpWorkbench` keeps one
 * connection by itself.
 */
export async function mcpServerTools(
  params: McpServerParams,
  session?: McpSession,
  { signal }: McpRequestOptions = {},
): Promise<readonly McpToolAdapter[]> {
  const serverParams = checkedServerParams(params);
  const asked = session ?? createMcpServerSession(serverParams);
  try {
    const { tools } = await asked.listTools({ signal });
    return tools.map((tool) => adapterOf(serverParams, tool, session));
  } finally {
    if (session === undefined) await asked.close();
  }
}

function adapterOf(serverParams: McpServerParams, tool: McpTool, session: McpSession | undefined): McpToolAdapter {
  switch (serverParams.type) {
    case "StdioServerParams":
      return new StdioMcpToolAdapter({ serverParams, tool, session });
    case "SseServerParams":
      return new SseMcpToolAdapter({ serverParams, tool, session });
    case "StreamableHttpServerParams":
      return new StreamableHttpMcpToolAdapter({ serverParams, tool, session });
  }
}
