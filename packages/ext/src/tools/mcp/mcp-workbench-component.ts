import type { ChatCompletionClient, ComponentDefinition, DumpContext, JsonObject, LoadContext } from "@tesserae/core";
import { ChatCompletionClientSampler } from "./host/chat-completion-client-sampler.ts";
import { McpSessionHost } from "./host/mcp-session-host.ts";
import type { McpWorkbench, McpWorkbenchOptions } from "./mcp-workbench.ts";
import {
  SERVER_PARAMS_SCHEMA,
  maskedServerSecrets,
  serverParamsFromJson,
  serverParamsToJson,
} from "./server-params-json.ts";

type OverrideJson = {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly requires_approval?: boolean | null;
};

type McpWorkbenchConfig = {
  readonly server_params: JsonObject;
  readonly tool_overrides?: { readonly [tool: string]: OverrideJson };
  readonly host?: JsonObject;
  readonly model_client?: JsonObject;
};

const NULLABLE_TEXT = { anyOf: [{ type: "string" }, { type: "null" }] };

/** How a workbench of a server is written and read. */
export function mcpWorkbenchComponent(
  make: (options: McpWorkbenchOptions) => McpWorkbench,
): ComponentDefinition<McpWorkbench> {
  return {
    provider: "autogen_ext.tools.mcp.McpWorkbench",
    componentType: "workbench",
    label: "McpWorkbench",
    description: "The tools of a server of the Model Context Protocol.",
    schema: {
      type: "object",
      properties: {
        server_params: SERVER_PARAMS_SCHEMA,
        tool_overrides: {
          type: "object",
          additionalProperties: {
            type: "object",
            properties: {
              name: NULLABLE_TEXT,
              description: NULLABLE_TEXT,
              requires_approval: { anyOf: [{ type: "boolean" }, { type: "null" }] },
            },
          },
        },
        host: { "x-component": ["mcp_session_host"] },
        // AutoGen 0.7.5 has a model here, for the server's questions, and no host.
        model_client: { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] },
      },
      required: ["server_params"],
    },
    check: maskedServerSecrets,
    toConfig: (workbench, dump: DumpContext) => ({
      server_params: serverParamsToJson(workbench.serverParams, dump.includeSecrets),
      tool_overrides: Object.fromEntries(
        Object.entries(workbench.toolOverrides).map(([tool, { name, description, requiresApproval }]) => [
          tool,
          {
            ...(name === undefined ? {} : { name }),
            ...(description === undefined ? {} : { description }),
            ...(requiresApproval === undefined ? {} : { requires_approval: requiresApproval }),
          },
        ]),
      ),
      ...(workbench.host === undefined ? {} : { host: dump.component(workbench.host) }),
    }),
    fromConfig: async (config: McpWorkbenchConfig, load: LoadContext) => {
      const host = config.host === undefined ? undefined : await load.component<McpSessionHost>(config.host, "/host");
      const client =
        config.model_client === undefined
          ? undefined
          : await load.component<ChatCompletionClient>(config.model_client, "/model_client");
      const sampler = client === undefined ? undefined : new ChatCompletionClientSampler(client);
      return make({
        serverParams: serverParamsFromJson(config.server_params),
        toolOverrides: Object.fromEntries(
          Object.entries(config.tool_overrides ?? {}).map(([tool, override]) => [tool, overrideFromJson(override)]),
        ),
        host: host ?? (sampler === undefined ? undefined : new McpSessionHost({ sampler })),
      });
    },
  };
}

function overrideFromJson({ name, description, requires_approval }: OverrideJson): {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly requiresApproval: boolean | undefined;
} {
  return {
    name: name ?? undefined,
    description: description ?? undefined,
    requiresApproval: requires_approval ?? undefined,
  };
}
