import type {
  McpElicitRequest,
  McpElicitResult,
  McpRoot,
  McpSamplingRequest,
  McpSamplingResult,
} from "../mcp-types.ts";

/** What answers a server that asks its client. What is not given is refused, and the server is not told that it is there. */
export interface McpCallbacks {
  /** Asks a model. */
  readonly samplingCallback?:
    | ((request: McpSamplingRequest, options: { readonly signal: AbortSignal }) => Promise<McpSamplingResult>)
    | undefined;
  /** Asks a person. */
  readonly elicitationCallback?:
    | ((request: McpElicitRequest, options: { readonly signal: AbortSignal }) => Promise<McpElicitResult>)
    | undefined;
  /** Says where the server may work. */
  readonly listRootsCallback?: ((options: { readonly signal: AbortSignal }) => Promise<readonly McpRoot[]>) | undefined;
}
