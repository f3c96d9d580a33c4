import { Handoff } from "@tesserae/agentchat";
import {
  isObject,
  ValueError,
  type ComponentDefinition,
  type Json,
  type JsonObject,
  type OutputSchema,
  type Workbench,
} from "@tesserae/core";
import { isNotOfApprovals } from "./mcp-approvals.ts";
import type { OpenAIAgent } from "./openai-agent.ts";
import type { OpenAIAgentOptions } from "./options.ts";
import { withoutSecrets } from "./request-settings.ts";

type HandoffConfig = {
  readonly target: string;
  readonly description?: string;
  readonly name?: string;
  readonly message?: string;
};

type AgentConfig = {
  readonly name: string;
  readonly description: string;
  readonly model: string;
  readonly instructions: string;
  readonly tools?: readonly (string | JsonObject)[] | null;
  readonly temperature?: number | null;
  readonly max_output_tokens?: number | null;
  readonly json_mode?: boolean;
  readonly store?: boolean;
  readonly truncation?: string;
  readonly workbench?: readonly JsonObject[] | null;
  readonly handoffs?: readonly HandoffConfig[] | null;
  readonly json_schema?: JsonObject | null;
  readonly max_tool_iterations?: number;
  readonly model_client_stream?: boolean;
  readonly parallel_tool_calls?: boolean;
  readonly errors_as_messages?: boolean;
};

const optional = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: "null" }] });

const SCHEMA: JsonObject = {
  type: "object",
  properties: {
    name: { type: "string", pattern: String.raw`^[\p{ID_Start}_]\p{ID_Continue}*$` },
    description: { type: "string" },
    model: { type: "string", minLength: 1 },
    instructions: { type: "string" },
    tools: optional({
      type: "array",
      items: {
        anyOf: [
          { type: "string", minLength: 1 },
          { type: "object", properties: { type: { type: "string", minLength: 1 } }, required: ["type"] },
        ],
      },
    }),
    temperature: optional({ type: "number" }),
    max_output_tokens: optional({ type: "integer" }),
    json_mode: { type: "boolean" },
    store: { type: "boolean" },
    truncation: { type: "string" },
    workbench: optional({ type: "array", items: { "x-component": ["workbench"] } }),
    handoffs: optional({
      type: "array",
      items: { type: "object", properties: { target: { type: "string", minLength: 1 } }, required: ["target"] },
    }),
    json_schema: optional({
      type: "object",
      properties: { name: { type: "string", minLength: 1 }, schema: { type: "object" } },
      required: ["name", "schema"],
    }),
    max_tool_iterations: { type: "integer", minimum: 1 },
    model_client_stream: { type: "boolean" },
    parallel_tool_calls: { type: "boolean" },
    errors_as_messages: { type: "boolean" },
  },
  required: ["name", "description", "model", "instructions"],
};

/** How an `OpenAIAgent` is written and read: AutoGen's keys, and ours where they say something. */
export function openAIAgentComponent(
  make: (options: OpenAIAgentOptions) => OpenAIAgent,
): ComponentDefinition<OpenAIAgent> {
  return {
    provider: "autogen_ext.agents.openai.OpenAIAgent",
    componentType: "agent",
    label: "OpenAIAgent",
    description: "An agent on OpenAI's Responses API.",
    schema: SCHEMA,
    toConfig(agent, dump) {
      const { options, settings } = agent;
      for (const name of ["toolPolicy", "middleware"] as const) {
        if (options[name] === undefined) continue;
        // Loaded again, the agent would do what they forbid.
        throw new ValueError(`The agent '${agent.name}' has a ${name}: a function cannot be written to JSON.`, {
          code: "ERR_COMPONENT_NOT_SERIALIZABLE",
        });
      }
      const { temperature = 1, maxOutputTokens, jsonSchema, maxToolIterations } = options;
      return {
        name: agent.name,
        description: agent.description,
        model: options.model,
        instructions: options.instructions,
        tools: agent.tools.map((tool) => (dump.includeSecrets ? tool : withoutSecrets(tool))),
        ...(temperature === null ? {} : { temperature }),
        ...(typeof maxOutputTokens === "number" ? { max_output_tokens: maxOutputTokens } : {}),
        json_mode: options.jsonMode ?? false,
        store: options.store ?? true,
        truncation: options.truncation ?? "disabled",
        ...listed(
          "workbench",
          settings.workbenches.filter(isNotOfApprovals).map((one) => dump.component(one)),
        ),
        ...listed(
          "handoffs",
          [...settings.handoffs.values()].map((handoff) => handoff.toJson()),
        ),
        ...(jsonSchema === undefined ? {} : { json_schema: { ...jsonSchema } as JsonObject }),
        ...(maxToolIterations === undefined ? {} : { max_tool_iterations: maxToolIterations }),
        ...(settings.modelClientStream ? { model_client_stream: true } : {}),
        ...(settings.parallelToolCalls ? {} : { parallel_tool_calls: false }),
        ...(options.errorsAsMessages === true ? { errors_as_messages: true } : {}),
      };
    },
    async fromConfig(config: AgentConfig, load) {
      const workbench: Workbench[] = [];
      for (const [index, one] of (config.workbench ?? []).entries()) {
        workbench.push(await load.component<Workbench>(one, `/workbench/${index}`));
      }
      return make({
        name: config.name,
        description: config.description,
        model: config.model,
        instructions: config.instructions,
        tools: config.tools ?? [],
        // Not said is what the interface takes for 1, too.
        temperature: config.temperature ?? null,
        maxOutputTokens: config.max_output_tokens,
        jsonMode: config.json_mode,
        jsonSchema: outputSchema(config.json_schema),
        store: config.store,
        truncation: config.truncation,
        workbench,
        handoffs: config.handoffs?.map((handoff) => new Handoff(handoff)),
        maxToolIterations: config.max_tool_iterations,
        modelClientStream: config.model_client_stream,
        parallelToolCalls: config.parallel_tool_calls,
        errorsAsMessages: config.errors_as_messages,
        ownsResources: true,
      });
    },
  };
}

function listed(key: string, list: readonly Json[]): JsonObject {
  return list.length === 0 ? {} : { [key]: list };
}

function outputSchema(json: JsonObject | null | undefined): OutputSchema | undefined {
  if (json === null || json === undefined) return undefined;
  const { name, schema, description, strict } = json;
  if (typeof name !== "string" || !isObject(schema)) return undefined;
  return {
    name,
    schema,
    ...(typeof description === "string" ? { description } : {}),
    ...(typeof strict === "boolean" ? { strict } : {}),
  };
}
