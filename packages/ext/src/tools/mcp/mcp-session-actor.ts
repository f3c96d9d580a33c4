import {
  RuntimeError,
  ValueError,
  isObject,
  type ComponentDefinition,
  type DumpContext,
  type JsonObject,
  type LoadContext,
} from "@tesserae/core";
import type { McpSessionHost } from "./host/mcp-session-host.ts";
import type { McpInitializeResult } from "./mcp-types.ts";
import {
  SERVER_PARAMS_SCHEMA,
  maskedServerSecrets,
  serverParamsFromJson,
  serverParamsToJson,
} from "./server-params-json.ts";
import { checkedServerParams, type McpServerParams } from "./server-params.ts";
import { McpSession, type McpRequestOptions } from "./session/mcp-session.ts";

/** What an {@link McpSessionActor} can be told to do. */
export type McpCommand =
  | "call_tool"
  | "read_resource"
  | "get_prompt"
  | "list_tools"
  | "list_prompts"
  | "list_resources"
  | "list_resource_templates"
  | "shutdown";

/** The arguments of a command: the name of a tool or prompt, and what it is given; of a resource `kargs.uri`. */
export interface McpCommandArgs {
  readonly name?: string | undefined;
  readonly kargs?: JsonObject | undefined;
}

type McpSessionActorConfig = { readonly server_params: JsonObject; readonly host?: JsonObject };

/** A session that is told what to do by the names of AutoGen's commands. For code of your own use a session, or a workbench. */
export class McpSessionActor {
  static readonly component: ComponentDefinition<McpSessionActor> = {
    provider: "autogen_ext.tools.mcp.McpSessionActor",
    componentType: "mcp_session_actor",
    label: "McpSessionActor",
    description: "A session with a server of the Model Context Protocol, by commands.",
    schema: {
      type: "object",
      properties: { server_params: SERVER_PARAMS_SCHEMA, host: { "x-component": ["mcp_session_host"] } },
      required: ["server_params"],
    },
    check: maskedServerSecrets,
    toConfig: ({ serverParams, host }, dump: DumpContext) => ({
      server_params: serverParamsToJson(serverParams, dump.includeSecrets),
      ...(host === undefined ? {} : { host: dump.component(host) }),
    }),
    fromConfig: async ({ server_params: params, host }: McpSessionActorConfig, load: LoadContext) =>
      new McpSessionActor(
        serverParamsFromJson(params),
        host === undefined ? undefined : await load.component<McpSessionHost>(host, "/host"),
      ),
  };

  readonly serverParams: McpServerParams;
  readonly host: McpSessionHost | undefined;
  #session: McpSession | undefined;

  constructor(serverParams: McpServerParams, host?: McpSessionHost) {
    this.serverParams = checkedServerParams(serverParams);
    this.host = host;
  }

  get initializeResult(): McpInitializeResult | undefined {
    return this.#session?.initializeResult;
  }

  /** Connects. A second time does nothing. */
  async initialize(): Promise<void> {
    this.#session ??= new McpSession(this.serverParams, this.host?.callbacks());
    await this.#session.initialize();
  }

  /**
   * Does what the command says.
   *
   * @throws RuntimeError before `initialize()`, after `close()`, and with the cause when the connection broke; ValueError for
   * an unknown command, or one without what it needs.
   */
  async call(command: McpCommand, args?: McpCommandArgs, options: McpRequestOptions = {}): Promise<unknown> {
    const session = this.#session;
    if (session === undefined) throw new RuntimeError("The MCP session is not running: call initialize() first.");
    switch (command) {
      case "list_tools":
        return session.listTools(options);
      case "list_prompts":
        return session.listPrompts(options);
      case "list_resources":
        return session.listResources(options);
      case "list_resource_templates":
        return session.listResourceTemplates(options);
      case "call_tool":
        return session.callTool(textOf(command, "name", args?.name), args?.kargs, options);
      case "get_prompt":
        return session.getPrompt(textOf(command, "name", args?.name), textsOf(args?.kargs?.["arguments"]), options);
      case "read_resource":
        return session.readResource(textOf(command, "kargs.uri", args?.kargs?.["uri"]), options);
      case "shutdown":
        return this.close();
      default:
        throw new ValueError(`Unknown command of an MCP session: ${JSON.stringify(command)}.`);
    }
  }

  /** Ends the session; what is under way is rejected. Does nothing when there is none. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function textOf(command: McpCommand, member: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new ValueError(`The command ${command} needs ${member}.`);
}

function textsOf(value: unknown): { readonly [name: string]: string } | undefined {
  if (value === undefined || value === null) return undefined;
  if (isObject(value) && Object.values(value).every((each) => typeof each === "string")) {
    return value as { readonly [name: string]: string };
  }
  throw new ValueError("The arguments of a prompt must be an object of texts.");
}
