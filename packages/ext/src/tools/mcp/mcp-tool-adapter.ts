import {
  BaseTool,
  RuntimeError,
  ValueError,
  isObject,
  throwIfAborted,
  type JsonObject,
  type ToolCallOptions,
  type ToolSchema,
} from "@tesserae/core";
import type { McpContent, McpTool } from "./mcp-types.ts";
import { checkedServerParams, serverLabel, type McpServerParams } from "./server-params.ts";
import { createMcpServerSession, type McpSession } from "./session/mcp-session.ts";
import { contentToText } from "./tool-result.ts";
import { parametersOf } from "./tool-schema.ts";
import { isRepeatable } from "./tool-traits.ts";

/** What a tool adapter is made of. */
export interface McpToolAdapterOptions<Params extends McpServerParams = McpServerParams> {
  readonly serverParams: Params;
  /** As the server lists it. */
  readonly tool: McpTool;
  /** The connection of every call. Without one each call opens its own, and closes it. */
  readonly session?: McpSession | undefined;
  /** Whether a person must approve each call. Default false. */
  readonly requiresApproval?: boolean | undefined;
}

/** What the adapters of the three kinds of servers share. */
export abstract class McpToolAdapter<Params extends McpServerParams = McpServerParams> extends BaseTool<
  readonly McpContent[]
> {
  readonly serverParams: Params;
  /** As the server lists it. */
  readonly tool: McpTool;
  readonly schema: ToolSchema;
  readonly #session: McpSession | undefined;

  constructor({ serverParams, tool, session, requiresApproval }: McpToolAdapterOptions<Params>) {
    if (!isObject(tool) || typeof tool.name !== "string" || !isObject(tool.inputSchema)) {
      throw new ValueError("The tool of an MCP server must have a name and an inputSchema, as a server lists it.");
    }
    const { name, description = "" } = tool;
    super({ name, description, repeat: isRepeatable(tool) ? "safe" : "never", requiresApproval });
    // Checking keeps the type.
    this.serverParams = checkedServerParams(serverParams) as Params;
    this.tool = tool;
    this.schema = { name, description, parameters: parametersOf(tool) };
    this.#session = session;
  }

  /**
   * Calls the tool and gives what the server gave.
   *
   * @throws RuntimeError `ERR_MCP_REQUEST` with the JSON of the content when the tool says that it failed; see
   * {@link McpSession} for the rest.
   */
  override async runJson(args: unknown, { signal }: ToolCallOptions = {}): Promise<readonly McpContent[]> {
    throwIfAborted(signal);
    if (this.#session !== undefined) return this.#call(this.#session, args, signal);
    const session = createMcpServerSession(this.serverParams);
    try {
      return await this.#call(session, args, signal);
    } finally {
      await session.close();
    }
  }

  override returnValueAsString(value: readonly McpContent[] | string): string {
    return contentToText(typeof value === "string" ? [{ type: "text", text: value }] : value);
  }

  async #call(session: McpSession, args: unknown, signal: AbortSignal | undefined): Promise<readonly McpContent[]> {
    // What a model sent, or null: the server checks it.
    const { content, isError } = await session.callTool(this.name, (args ?? {}) as JsonObject, { signal });
    if (isError !== true) return content;
    throw new RuntimeError(this.returnValueAsString(content), { code: "ERR_MCP_REQUEST" });
  }
}

/**
 * One tool of a server, found by its name.
 *
 * @throws ValueError that lists what there is.
 */
export async function findTool(
  serverParams: McpServerParams,
  name: string,
  signal: AbortSignal | undefined,
): Promise<McpTool> {
  const session = createMcpServerSession(serverParams);
  try {
    const { tools } = await session.listTools({ signal });
    const found = tools.find((tool) => tool.name === name);
    if (found !== undefined) return found;
    const names = tools.map((tool) => tool.name).join(", ");
    throw new ValueError(`Tool '${name}' not found at ${serverLabel(serverParams)}. Available tools: ${names}.`);
  } finally {
    await session.close();
  }
}
