import type { ComponentDefinition, DumpContext, JsonObject } from "@tesserae/core";
import type { McpToolAdapter, McpToolAdapterOptions } from "./mcp-tool-adapter.ts";
import type { McpServerParams } from "./server-params.ts";
import {
  SERVER_PARAMS_SCHEMA,
  maskedServerSecrets,
  serverParamsFromJson,
  serverParamsToJson,
} from "./server-params-json.ts";
import type { McpTool } from "./mcp-types.ts";

type McpToolAdapterConfig = {
  readonly server_params: JsonObject;
  readonly tool: JsonObject & McpTool;
};

/** How an adapter is written and read. A shared session is not part of it: a loaded adapter opens its own connections. */
export function mcpToolAdapterComponent<Params extends McpServerParams, T extends McpToolAdapter<Params>>(
  label: string,
  type: Params["type"],
  make: (options: McpToolAdapterOptions<Params>) => T,
): ComponentDefinition<T> {
  return {
    provider: `autogen_ext.tools.mcp.${label}`,
    componentType: "tool",
    label,
    description: "One tool of a server of the Model Context Protocol.",
    schema: {
      type: "object",
      properties: {
        // AutoGen leaves the type out where the class says it.
        server_params: { ...SERVER_PARAMS_SCHEMA, required: [] },
        tool: {
          type: "object",
          properties: { name: { type: "string" }, inputSchema: { type: "object" } },
          required: ["name", "inputSchema"],
        },
      },
      required: ["server_params", "tool"],
    },
    check: maskedServerSecrets,
    toConfig: ({ serverParams, tool }, dump: DumpContext) => ({
      server_params: serverParamsToJson(serverParams, dump.includeSecrets),
      tool: withoutUndefined(tool),
    }),
    fromConfig: ({ server_params: params, tool }: McpToolAdapterConfig) =>
      make({
        // The type says which parameters they are.
        serverParams: serverParamsFromJson({ ...params, type }) as Params,
        tool: withoutNulls(tool),
      }),
  };
}

/** A tool is what a server sent as JSON. */
function withoutUndefined(tool: McpTool): JsonObject {
  return Object.fromEntries(Object.entries(tool).filter(([, value]) => value !== undefined));
}

/** AutoGen writes what a server left out as null. */
function withoutNulls(tool: McpTool): McpTool {
  return Object.fromEntries(Object.entries(tool).filter(([, value]) => value !== null)) as object as McpTool;
}
