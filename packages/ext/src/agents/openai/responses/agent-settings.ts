import type { AssistantAgentOptions } from "@tesserae/agentchat";
import {
  canonicalJson,
  isObject,
  isTool,
  ProviderTool,
  StaticStreamWorkbench,
  ValueError,
  type JsonObject,
  type ModelInfo,
  type Tool,
  type Workbench,
} from "@tesserae/core";
import { standardCatalogue } from "../../../models/shared/catalogue.ts";
import { resolveModel } from "../../../models/shared/resolve-model.ts";
import { openAIConnection } from "../connection/openai-client.ts";
import { builtInTool, mayAskForApproval, wireTool, type BuiltInTool } from "./built-in-tools.ts";
import { mcpApprovals } from "./mcp-approvals.ts";
import type { OpenAIAgentOptions } from "./options.ts";
import { ResponseHistory } from "./response-history.ts";
import { ResponsesClient } from "./responses-client.ts";

/** The default of `maxToolIterations`. */
const TOOL_ITERATIONS = 10;

/** A model that nobody knows is taken to do what this interface is for. */
const UNKNOWN_MODEL: ModelInfo = {
  vision: true,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  multipleSystemMessages: true,
  family: "unknown",
};

/** What an `OpenAIAgent` is made of. */
export interface AgentParts {
  readonly client: ResponsesClient;
  readonly history: ResponseHistory;
  readonly builtInTools: readonly BuiltInTool[];
  readonly assistant: AssistantAgentOptions;
}

/** Checks the options of an agent and makes its parts. */
export function agentParts(options: OpenAIAgentOptions): AgentParts {
  const { name, description, model, instructions, catalogue = standardCatalogue() } = options;
  for (const key of ["model", "instructions"] as const) {
    if (typeof options[key] !== "string") throw new ValueError(`OpenAIAgent needs the option ${key}: text.`);
  }
  const { builtIn, own } = sorted(options.tools, model);
  const known = options.modelInfo ?? (catalogue.lookup(model, "openai") === undefined ? UNKNOWN_MODEL : undefined);
  const resolved = resolveModel({ model, catalogue, client: "openai", modelInfo: known });
  const temperature = options.temperature === undefined ? 1 : (options.temperature ?? undefined);
  const client = new ResponsesClient({
    settings: {
      model,
      resolved,
      temperature: temperature === 1 && resolved.abilities.reasoning === true ? undefined : temperature,
      maxOutputTokens: options.maxOutputTokens ?? undefined,
      builtInTools: builtIn.map(wireTool),
      jsonMode: options.jsonMode ?? false,
      jsonSchema: options.jsonSchema,
      store: options.store ?? true,
      truncation: options.truncation ?? "disabled",
    },
    connection: openAIConnection(options.client, model, "OpenAIAgent"),
    catalogue,
    price: options.price,
  });
  const history = new ResponseHistory(instructions);
  const workbenches = [...(own.length === 0 ? [] : [new StaticStreamWorkbench({ tools: own })]), ...given(options)];
  const { handoffs, memory, modelClientStream, parallelToolCalls, middleware, toolPolicy, onLimit } = options;
  return {
    client,
    history,
    builtInTools: builtIn,
    assistant: {
      name,
      description,
      modelClient: client,
      modelContext: history,
      systemMessage: null,
      workbench: builtIn.some(mayAskForApproval) ? [...workbenches, mcpApprovals()] : workbenches,
      maxToolIterations: options.maxToolIterations ?? TOOL_ITERATIONS,
      // When the model may call no more tools, it is asked for its answer.
      reflectOnToolUse: true,
      ownsResources: options.ownsResources,
      handoffs,
      memory,
      modelClientStream,
      parallelToolCalls,
      middleware,
      toolPolicy,
      onLimit,
    },
  };
}

function given({ workbench = [] }: OpenAIAgentOptions): readonly Workbench[] {
  return "callTool" in workbench ? [workbench] : workbench;
}

/** The tools that OpenAI runs, and those that are run here. One that is there already is left out. */
function sorted(
  tools: OpenAIAgentOptions["tools"] = [],
  model: string,
): { readonly builtIn: readonly BuiltInTool[]; readonly own: readonly Tool[] } {
  if (!Array.isArray(tools)) throw new ValueError("The option tools must be a list.");
  const builtIn: BuiltInTool[] = [];
  const own: Tool[] = [];
  for (const tool of tools as readonly unknown[]) {
    if (tool instanceof ProviderTool) add(builtIn, builtInTool(tool.form, model));
    else if (isTool(tool)) own.push(tool);
    else if (typeof tool === "string") {
      const made = builtInTool(tool, model);
      if (!builtIn.some(({ type }) => type === made.type)) builtIn.push(made);
    } else if (isBuiltIn(tool)) add(builtIn, builtInTool(tool, model));
    else {
      throw new ValueError(
        `Unsupported tool type: ${tool === null ? "null" : typeof tool}. Give the name of a tool of OpenAI's, its form { type, … }, or a tool made with tool().`,
      );
    }
  }
  return { builtIn, own };
}

function add(builtIn: BuiltInTool[], tool: BuiltInTool): void {
  const text = canonicalJson(tool);
  if (!builtIn.some((other) => canonicalJson(other) === text)) builtIn.push(tool);
}

function isBuiltIn(tool: unknown): tool is JsonObject {
  return isObject(tool) && typeof tool["type"] === "string";
}
