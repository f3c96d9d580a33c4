/** Tools, prompts and resources of servers of the Model Context Protocol. */
export {
  SseServerParams,
  StdioServerParams,
  StreamableHttpServerParams,
  type McpServerParams,
  type SseServerParamsInit,
  type StdioServerParamsInit,
  type StreamableHttpServerParamsInit,
} from "./server-params.ts";
export { McpSession, createMcpServerSession, type McpRequestOptions } from "./session/mcp-session.ts";
export type { McpCallbacks } from "./session/callbacks.ts";
export type {
  McpCallToolResult,
  McpContent,
  McpElicitRequest,
  McpElicitResult,
  McpGetPromptResult,
  McpInitializeResult,
  McpPrompt,
  McpResource,
  McpResourceContents,
  McpResourceTemplate,
  McpRoot,
  McpSamplingRequest,
  McpSamplingResult,
  McpTool,
  McpToolAnnotations,
} from "./mcp-types.ts";
export { McpWorkbench, type McpWorkbenchOptions } from "./mcp-workbench.ts";
export { McpSessionActor, type McpCommand, type McpCommandArgs } from "./mcp-session-actor.ts";
export { McpToolAdapter, type McpToolAdapterOptions } from "./mcp-tool-adapter.ts";
export { StdioMcpToolAdapter } from "./stdio-mcp-tool-adapter.ts";
export { SseMcpToolAdapter } from "./sse-mcp-tool-adapter.ts";
export { StreamableHttpMcpToolAdapter } from "./streamable-http-mcp-tool-adapter.ts";
export { mcpServerTools } from "./mcp-server-tools.ts";
export {
  McpSessionHost,
  type McpElicitor,
  type McpRootsProvider,
  type McpSampler,
  type McpSessionHostOptions,
} from "./host/mcp-session-host.ts";
export { ChatCompletionClientSampler } from "./host/chat-completion-client-sampler.ts";
export { CallbackElicitor } from "./host/callback-elicitor.ts";
export { StdioElicitor, type StdioElicitorOptions } from "./host/stdio-elicitor.ts";
export { StaticRootsProvider } from "./host/static-roots-provider.ts";
