import {
  endsTheRun,
  errorToText,
  textToolResult,
  throwIfAborted,
  type ComponentDefinition,
  type JsonObject,
  type ToolCallOptions,
  type ToolResult,
  type ToolOverride,
  type ToolSchema,
  type ToolTraits,
  type Workbench,
} from "@tesserae/core";
import type { McpSessionHost } from "./host/mcp-session-host.ts";
import type {
  McpGetPromptResult,
  McpInitializeResult,
  McpPrompt,
  McpResource,
  McpResourceContents,
  McpResourceTemplate,
  McpTool,
} from "./mcp-types.ts";
import { mcpWorkbenchComponent } from "./mcp-workbench-component.ts";
import { checkedServerParams, serverLabel, type McpServerParams } from "./server-params.ts";
import { McpSession, type McpRequestOptions } from "./session/mcp-session.ts";
import { ToolNames } from "./tool-names.ts";
import { toolResultOf } from "./tool-result.ts";
import { isRepeatable } from "./tool-traits.ts";
import { parametersOf } from "./tool-schema.ts";

/** What makes an {@link McpWorkbench}. */
export interface McpWorkbenchOptions {
  readonly serverParams: McpServerParams;
  /** By the server's name of a tool: other names and descriptions, and which calls a person must approve. */
  readonly toolOverrides?: { readonly [tool: string]: ToolOverride } | undefined;
  /** What answers a server that asks for a model, a person, or where it may work. */
  readonly host?: McpSessionHost | undefined;
  /** For journals and messages. */
  readonly name?: string | undefined;
}

/**
 * The tools of a server of the Model Context Protocol, over one connection: an agent's workbench. It starts with the first
 * call; {@link stop} it, or let `await using` do so. When the server breaks off, what is under way fails with what it last
 * wrote, or else the next call does; the call after that starts it again.
 *
 * A command of {@link StdioServerParams} runs on this machine: use servers whose origin you know.
 *
 * @example
 * await using files = new McpWorkbench({ serverParams: StdioServerParams({ command: "npx", args: ["server"] }) });
 * const agent = new AssistantAgent({ name: "clerk", modelClient, workbench: files });
 */
export class McpWorkbench implements Workbench {
  static readonly component: ComponentDefinition<McpWorkbench> = mcpWorkbenchComponent(
    (options) => new McpWorkbench(options),
  );

  readonly serverParams: McpServerParams;
  readonly toolOverrides: { readonly [tool: string]: ToolOverride };
  readonly host: McpSessionHost | undefined;
  readonly name: string | undefined;
  readonly #names: ToolNames;
  /** As the server last listed them, by its names. */
  #tools: ReadonlyMap<string, McpTool> = new Map();
  #session: McpSession | undefined;

  constructor(options: McpWorkbenchOptions) {
    this.serverParams = checkedServerParams(options.serverParams);
    this.toolOverrides = options.toolOverrides ?? {};
    this.host = options.host;
    this.name = options.name;
    this.#names = new ToolNames(this.toolOverrides);
  }

  /** What the server said of itself; `undefined` while it is not connected. */
  get initializeResult(): McpInitializeResult | undefined {
    return this.#session?.initializeResult;
  }

  async listTools({ signal }: McpRequestOptions = {}): Promise<readonly ToolSchema[]> {
    const { tools } = await this.#use(signal, (session) => session.listTools({ signal }));
    this.#names.check(tools);
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    return tools.map((tool) => {
      const override = this.toolOverrides[tool.name];
      return {
        name: override?.name ?? tool.name,
        description: override?.description ?? tool.description ?? "",
        parameters: parametersOf(tool),
      };
    });
  }

  async callTool(name: string, args: JsonObject = {}, options: ToolCallOptions = {}): Promise<ToolResult> {
    const { signal, context } = options;
    try {
      const given = await this.#use(signal, (session) => session.callTool(this.#names.own(name), args, { signal }));
      return toolResultOf(name, given);
    } catch (error) {
      throwIfAborted(signal);
      if (endsTheRun(error)) throw error;
      // For who observes the call: the model gets the text alone.
      if (context?.leaf?.kind === "tool") context.leaf.errorType = error instanceof Error ? error.name : typeof error;
      return textToolResult(name, errorToText(error), true);
    }
  }

  /** Whether a call may be repeated after a crash is what the server says in its list of tools: that, its caller has read. */
  toolTraits(name: string): ToolTraits {
    const own = this.#names.own(name);
    return {
      repeat: isRepeatable(this.#tools.get(own)) ? "safe" : "never",
      requiresApproval: this.toolOverrides[own]?.requiresApproval,
    };
  }

  listPrompts({ signal }: McpRequestOptions = {}): Promise<{ readonly prompts: readonly McpPrompt[] }> {
    return this.#use(signal, (session) => session.listPrompts({ signal }));
  }

  getPrompt(
    name: string,
    args?: { readonly [name: string]: string },
    { signal }: McpRequestOptions = {},
  ): Promise<McpGetPromptResult> {
    return this.#use(signal, (session) => session.getPrompt(name, args, { signal }));
  }

  listResources({ signal }: McpRequestOptions = {}): Promise<{ readonly resources: readonly McpResource[] }> {
    return this.#use(signal, (session) => session.listResources({ signal }));
  }

  listResourceTemplates({ signal }: McpRequestOptions = {}): Promise<{
    readonly resourceTemplates: readonly McpResourceTemplate[];
  }> {
    return this.#use(signal, (session) => session.listResourceTemplates({ signal }));
  }

  readResource(
    uri: string,
    { signal }: McpRequestOptions = {},
  ): Promise<{ readonly contents: readonly McpResourceContents[] }> {
    return this.#use(signal, (session) => session.readResource(uri, { signal }));
  }

  /** Connects now. Any call does so by itself. */
  async start(): Promise<void> {
    if (this.#session !== undefined) {
      process.emitWarning(`The workbench of ${serverLabel(this.serverParams)} is started already.`, {
        code: "TESSERAE_MCP_STARTED",
      });
      return;
    }
    await this.#use(undefined, (session) => session.initialize());
  }

  /** Ends the connection and, where it was started for it, the server. What is under way fails. A call starts it anew. */
  async stop(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  /** Does nothing, as in AutoGen: what a server remembers is its own. To begin anew, stop the workbench. */
  reset(): Promise<void> {
    return Promise.resolve();
  }

  saveState(): Promise<JsonObject> {
    return Promise.resolve({ type: "McpWorkBenchState" });
  }

  loadState(_state: JsonObject): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #use<T>(signal: AbortSignal | undefined, request: (session: McpSession) => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    const session = (this.#session ??= new McpSession(this.serverParams, this.host?.callbacks()));
    try {
      return await request(session);
    } catch (error) {
      if (!session.isUsable && this.#session === session) {
        this.#session = undefined;
        // The reason is known; how the rest is put away is not the caller's concern.
        void session.close();
      }
      throw error;
    }
  }
}
