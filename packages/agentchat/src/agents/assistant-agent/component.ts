import type {
  ChatCompletionClient,
  ChatCompletionContext,
  ComponentDefinition,
  JsonObject,
  Memory,
  Tool,
  Workbench,
} from "@tesserae/core";
import { ValueError } from "@tesserae/core";
import { StructuredMessageFactory } from "../../messages/structured-message-factory.ts";
import { AGENT_NAME_SCHEMA, loadList, nullable, type ComponentJson } from "../../components/config.ts";
import type { AssistantAgent } from "./assistant-agent.ts";
import type { AssistantAgentOptions } from "./options.ts";

type HandoffConfig = {
  readonly target: string;
  readonly description?: string;
  readonly name?: string;
  readonly message?: string;
};

type AssistantConfig = {
  readonly name: string;
  readonly model_client: ComponentJson;
  readonly tools?: readonly ComponentJson[];
  readonly workbench?: ComponentJson | readonly ComponentJson[];
  readonly handoffs?: readonly (string | HandoffConfig)[];
  readonly model_context?: ComponentJson;
  readonly memory?: readonly ComponentJson[];
  readonly description: string;
  readonly system_message?: string;
  readonly model_client_stream?: boolean;
  readonly reflect_on_tool_use: boolean;
  readonly tool_call_summary_format: string;
  readonly max_tool_iterations?: number;
  readonly metadata?: { readonly [key: string]: string };
  readonly structured_message_factory?: ComponentJson;
  readonly parallel_tool_calls?: boolean;
  readonly tag_tool_call_summary?: boolean;
};

const SCHEMA: JsonObject = {
  type: "object",
  properties: {
    name: AGENT_NAME_SCHEMA,
    model_client: { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] },
    tools: nullable({ type: "array", items: { "x-component": ["tool"] } }),
    workbench: nullable({ type: "array", items: { "x-component": ["workbench"] } }, { "x-component": ["workbench"] }),
    handoffs: nullable({
      type: "array",
      items: {
        anyOf: [
          { type: "string", minLength: 1 },
          {
            type: "object",
            properties: {
              target: { type: "string", minLength: 1 },
              description: { type: "string" },
              name: { type: "string" },
              message: { type: "string" },
            },
            required: ["target"],
          },
        ],
      },
    }),
    model_context: nullable({ "x-component": ["chat_completion_context"] }),
    memory: nullable({ type: "array", items: { "x-component": ["memory"] } }),
    description: { type: "string" },
    system_message: nullable({ type: "string" }),
    model_client_stream: { type: "boolean" },
    reflect_on_tool_use: { type: "boolean" },
    tool_call_summary_format: { type: "string" },
    max_tool_iterations: { type: "integer", minimum: 1 },
    metadata: nullable({ type: "object", additionalProperties: { type: "string" } }),
    structured_message_factory: nullable({ "x-component": ["structured_message"] }),
    parallel_tool_calls: { type: "boolean" },
    tag_tool_call_summary: { type: "boolean" },
  },
  required: ["name", "model_client", "description", "reflect_on_tool_use", "tool_call_summary_format"],
};

/** How an assistant is written and read; AutoGen's version 2. */
export function assistantAgentComponent(
  make: (options: AssistantAgentOptions) => AssistantAgent,
): ComponentDefinition<AssistantAgent> {
  return {
    provider: "autogen_agentchat.agents.AssistantAgent",
    componentType: "agent",
    version: 2,
    label: "AssistantAgent",
    description: "An agent that provides assistance with tool use.",
    schema: SCHEMA,
    toConfig(agent, dump) {
      const { settings } = agent;
      for (const name of ["toolPolicy", "middleware", "prepareStep", "stopWhen"] as const) {
        if (settings[name] === undefined) continue;
        // Loaded again, the agent would do what they forbid.
        throw new ValueError(`The agent '${agent.name}' has a ${name}: a function cannot be written to JSON.`, {
          code: "ERR_COMPONENT_NOT_SERIALIZABLE",
        });
      }
      const [system] = settings.system;
      const { outputContentType } = settings;
      return {
        name: agent.name,
        model_client: dump.component(settings.modelClient),
        workbench: settings.workbenches.map((workbench) => dump.component(workbench)),
        ...(settings.handoffs.size === 0
          ? {}
          : { handoffs: [...settings.handoffs.values()].map((one) => one.toJson()) }),
        model_context: dump.component(settings.modelContext),
        ...(settings.memory.length === 0 ? {} : { memory: settings.memory.map((memory) => dump.component(memory)) }),
        description: agent.description,
        ...(system === undefined ? {} : { system_message: system.content }),
        model_client_stream: settings.modelClientStream,
        reflect_on_tool_use: settings.reflectOnToolUse,
        tool_call_summary_format: settings.toolCallSummaryFormat,
        max_tool_iterations: settings.maxToolIterations,
        metadata: settings.metadata,
        ...(settings.parallelToolCalls ? {} : { parallel_tool_calls: false }),
        ...(settings.tagToolCallSummary ? { tag_tool_call_summary: true } : {}),
        ...(outputContentType === undefined
          ? {}
          : {
              structured_message_factory: dump.component(
                new StructuredMessageFactory({
                  contentType: outputContentType,
                  formatString: settings.outputContentTypeFormat,
                }),
              ),
            }),
      };
    },
    async fromConfig(config: AssistantConfig, load) {
      const part = async <T extends object>(
        key: "model_context" | "structured_message_factory",
      ): Promise<T | undefined> => {
        const json = config[key];
        return json === undefined ? undefined : load.component<T>(json, `/${key}`);
      };
      const list = async <T extends object>(
        key: "tools" | "workbench" | "memory",
      ): Promise<readonly T[] | undefined> => {
        const json = config[key];
        return json === undefined ? undefined : loadList<T>(load, asList(json), `/${key}`);
      };
      const factory = await part<StructuredMessageFactory>("structured_message_factory");
      return make({
        name: config.name,
        modelClient: await load.component<ChatCompletionClient>(config.model_client, "/model_client"),
        tools: await list<Tool>("tools"),
        workbench: await list<Workbench>("workbench"),
        handoffs: config.handoffs,
        modelContext: await part<ChatCompletionContext>("model_context"),
        memory: await list<Memory>("memory"),
        description: config.description,
        systemMessage: config.system_message ?? null,
        modelClientStream: config.model_client_stream,
        reflectOnToolUse: config.reflect_on_tool_use,
        toolCallSummaryFormat: config.tool_call_summary_format,
        maxToolIterations: config.max_tool_iterations,
        metadata: config.metadata,
        parallelToolCalls: config.parallel_tool_calls,
        tagToolCallSummary: config.tag_tool_call_summary,
        ownsResources: true,
        outputContentType: factory?.contentType,
        outputContentTypeFormat: factory?.formatString,
      });
    },
  };
}

function asList(value: ComponentJson | readonly ComponentJson[]): readonly ComponentJson[] {
  return Array.isArray(value) ? value : [value as ComponentJson];
}
