import {
  StaticStreamWorkbench,
  SystemMessage,
  UnboundedChatCompletionContext,
  ValueError,
  checkMiddleware,
  checkGiven,
  checkMethod,
  checkTypes,
  isObject,
  isTool,
  type CallToolOptions,
  type ChatCompletionClient,
  type ChatCompletionContext,
  type Memory,
  type Tool,
  type Workbench,
} from "@tesserae/core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AgentMiddleware } from "../../base/agent-middleware.ts";
import { checkCount } from "../../base/check-numbers.ts";
import { Handoff, type HandoffInit } from "../../base/handoff.ts";
import { asContentType } from "../../messages/content-type.ts";
import type { ContentType } from "../../messages/definition.ts";
import { modelClientFrom, type ModelClientLike } from "../../models/model-client-from.ts";
import { staticallyOfferedTools } from "./offered-tools.ts";
import type { AssistantSettings, OnLimit, ToolCallSummaryFormatter } from "./settings.ts";
import type { PrepareStep, StopCondition } from "./tool-loop.ts";

/** What makes an `AssistantAgent`. */
export interface AssistantAgentOptions {
  /** Unique in a team; an identifier. */
  readonly name: string;
  /** A client, or the name of a model such as `"openai/gpt-5"`. */
  readonly modelClient: ModelClientLike;
  /** What the model may call. Not together with `workbench`. */
  readonly tools?: readonly Tool[] | undefined;
  /** Sets of tools with a life of their own. */
  readonly workbench?: Workbench | readonly Workbench[] | undefined;
  /** The agents it may give the conversation to, by name or with details. */
  readonly handoffs?: readonly (Handoff | HandoffInit | string)[] | undefined;
  /** What the model sees of the conversation. Default: all of it. */
  readonly modelContext?: ChatCompletionContext | undefined;
  /** For other agents and for the selection of speakers. */
  readonly description?: string | undefined;
  /** Instructions; `null` for none. Default: solve the task with the tools and say TERMINATE when it is done. */
  readonly systemMessage?: string | null | undefined;
  /** Ask the model for its answer piece by piece. Default false. */
  readonly modelClientStream?: boolean | undefined;
  /** After tool calls, ask the model for an answer. Default: true with an output type, else false. */
  readonly reflectOnToolUse?: boolean | undefined;
  /**
   * How many times in a row the model may call tools in one step. Default **1**: a second call needs a higher number, or
   * `stopWhen`, with which there is no limit by default.
   */
  readonly maxToolIterations?: number | undefined;
  /** Asked after tools were run: when one says true, the loop ends as at `maxToolIterations`. Not written to JSON. */
  readonly stopWhen?: StopCondition | readonly StopCondition[] | undefined;
  /** Asked before each model call of the tool loop: may change that call only. Not written to JSON. */
  readonly prepareStep?: PrepareStep | undefined;
  /**
   * Stands around the agent's turns and around its calls of models and tools, inside of the middleware of the run; the
   * first is outermost. Functions cannot be written to JSON, so neither can the agent.
   */
  readonly middleware?: readonly AgentMiddleware[] | undefined;
  /** Whether the calls of one answer run at once. Default true. */
  readonly parallelToolCalls?: boolean | undefined;
  /** One line a call, with `{tool_name}`, `{arguments}`, `{result}`, `{is_error}`. Default `{result}`. */
  readonly toolCallSummaryFormat?: string | undefined;
  /** Instead of the format. Not written to JSON. */
  readonly toolCallSummaryFormatter?: ToolCallSummaryFormatter | undefined;
  /**
   * Put `agent.tool: ` in front of each result in the summary, so that the next agent can tell tools' results from what
   * a user wrote. Default false.
   */
  readonly tagToolCallSummary?: boolean | undefined;
  /** The shape of the answer: a content type or any Standard Schema with a JSON Schema. */
  readonly outputContentType?: ContentType<unknown> | StandardSchemaV1 | undefined;
  /** How a structured answer is shown as text: a template over its fields. */
  readonly outputContentTypeFormat?: string | undefined;
  /** Asked at the start of every step. */
  readonly memory?: readonly Memory[] | undefined;
  /**
   * Asked before every tool call of this agent, after the policy of the run: it may deny, change the arguments, or have a
   * person asked. A function cannot be written to JSON, so neither can the agent.
   */
  readonly toolPolicy?: CallToolOptions["policy"];
  /**
   * What the agent answers when a limit of the run refuses a call of its model; the message has the limit's name in its
   * metadata, under `limit`. Default: the run ends with the error. Not written to JSON.
   */
  readonly onLimit?: OnLimit | undefined;
  /** Stop the workbenches and close the memories with the agent. Default false; true for one that was loaded from JSON. */
  readonly ownsResources?: boolean | undefined;
  /** Kept with the agent; not copied to messages. */
  readonly metadata?: { readonly [key: string]: string } | undefined;
}

const DEFAULT_SYSTEM_MESSAGE =
  "You are a capable assistant. Work on the task with the tools you have. When the task is complete, answer with TERMINATE.";

/** What others are told of an assistant that says nothing of itself. */
export const DEFAULT_ASSISTANT_DESCRIPTION = "An assistant that answers questions and uses tools to help.";

/** Checks the options and completes them. */
export function assistantSettings(options: AssistantAgentOptions): AssistantSettings {
  const modelClient = modelClientFrom(options.modelClient);
  const handoffs = checkedList("handoffs", options.handoffs).map(asHandoff);
  const tools = checkedTools(options.tools, modelClient);
  if (handoffs.length > 0 && !modelClient.modelInfo.functionCalling) {
    throw new ValueError(
      `The model '${modelClient.model}' does not support function calling, which is needed for handoffs.`,
    );
  }
  checkNames(tools, handoffs);
  const stopWhen = typeof options.stopWhen === "function" ? [options.stopWhen] : options.stopWhen;
  const maxToolIterations = options.maxToolIterations ?? (stopWhen === undefined ? 1 : Infinity);
  if (maxToolIterations !== Infinity) checkCount("maxToolIterations", maxToolIterations);
  const { memory = [], modelContext = new UnboundedChatCompletionContext() } = options;
  if (!Array.isArray(memory)) {
    throw new ValueError("Expected Memory, List[Memory], or None: memory takes a list.");
  }
  for (const [index, one] of memory.entries()) {
    checkMethod(`memory[${index}]`, one, "updateContext", "a memory, such as new ListMemory()");
  }
  checkMethod("modelContext", modelContext, "getMessages", "a model context");
  const { prepareStep, toolPolicy, onLimit, toolCallSummaryFormatter } = options;
  checkTypes("function", { prepareStep, toolPolicy, onLimit, toolCallSummaryFormatter });
  const { outputContentTypeFormat, toolCallSummaryFormat = "{result}", metadata = {} } = options;
  checkTypes("string", { outputContentTypeFormat, toolCallSummaryFormat });
  checkGiven("option metadata", metadata, isObject(metadata), "an object");
  const stops: unknown = stopWhen ?? [];
  const areFunctions = Array.isArray(stops) && stops.every((one) => typeof one === "function");
  checkGiven("option stopWhen", stopWhen, areFunctions, "a function or a list of functions");
  const workbenches = checkedWorkbenches(options, tools);
  const outputContentType = options.outputContentType ? asContentType(options.outputContentType) : undefined;
  const byName = new Map(handoffs.map((handoff) => [handoff.name, handoff]));
  const { systemMessage = DEFAULT_SYSTEM_MESSAGE } = options;
  if (systemMessage !== null) checkTypes("string", { systemMessage });
  return {
    ...options,
    modelClient,
    workbenches,
    handoffs: byName,
    modelContext,
    system: systemMessage === null ? [] : [SystemMessage({ content: systemMessage })],
    modelClientStream: options.modelClientStream ?? false,
    reflectOnToolUse: options.reflectOnToolUse ?? outputContentType !== undefined,
    maxToolIterations,
    stopWhen,
    middleware: checkedMiddleware(options.middleware),
    parallelToolCalls: options.parallelToolCalls ?? true,
    toolCallSummaryFormat,
    outputContentType,
    outputSchema: outputContentType && { name: outputContentType.name, schema: outputContentType.jsonSchema },
    memory,
    tagToolCallSummary: options.tagToolCallSummary ?? false,
    ownsResources: options.ownsResources ?? false,
    metadata,
    offered: staticallyOfferedTools(workbenches, handoffs),
  };
}

function checkedTools(tools: AssistantAgentOptions["tools"], modelClient: ChatCompletionClient): readonly Tool[] {
  if (tools === undefined) return [];
  checkedList("tools", tools);
  if (!modelClient.modelInfo.functionCalling) {
    throw new ValueError(`The model '${modelClient.model}' does not support function calling, so it can have none.`);
  }
  for (const tool of tools) {
    if (!isTool(tool)) {
      throw new ValueError(
        `Unsupported tool type: ${tool === null ? "null" : `a ${typeof tool}`}. Make one with tool({ name, description, parameters, execute }).`,
      );
    }
  }
  return tools;
}

function checkedWorkbenches(options: AssistantAgentOptions, tools: readonly Tool[]): readonly Workbench[] {
  const { workbench } = options;
  if (workbench === undefined) return [new StaticStreamWorkbench({ tools })];
  if (tools.length > 0) {
    throw new ValueError("Tools cannot be used with a workbench. Put the tools into a workbench too.");
  }
  const list = Array.isArray(workbench) ? workbench : [workbench];
  for (const one of list) {
    checkMethod("workbench", one, "callTool", "a workbench or a list of workbenches");
  }
  return list;
}

function checkedMiddleware(list: AssistantAgentOptions["middleware"] = []): AssistantSettings["middleware"] {
  checkMiddleware(list);
  return list.length === 0 ? undefined : list;
}

function asHandoff(handoff: Handoff | HandoffInit | string): Handoff {
  if (typeof handoff === "string") return new Handoff({ target: handoff });
  if (handoff instanceof Handoff) return handoff;
  if (isObject(handoff) && "target" in handoff) return new Handoff(handoff);
  throw new ValueError("Unsupported handoff type. Give the target's name, or a Handoff.");
}

function checkedList<T>(name: string, list: readonly T[] | undefined): readonly T[] {
  if (list === undefined) return [];
  checkGiven(`option ${name}`, list, Array.isArray(list), "a list");
  return list;
}

function checkNames(tools: readonly Tool[], handoffs: readonly Handoff[]): void {
  const toolNames = tools.map((tool) => tool.name);
  if (new Set(toolNames).size < toolNames.length) {
    throw new ValueError(`Tool names must be unique: ${toolNames.join(", ")}.`);
  }
  const handoffNames = handoffs.map((handoff) => handoff.name);
  if (new Set(handoffNames).size < handoffNames.length) {
    throw new ValueError(`Handoff names must be unique: ${handoffNames.join(", ")}.`);
  }
  const clash = handoffs.find(({ name, target }) => toolNames.includes(name) || toolNames.includes(target));
  if (clash !== undefined) {
    throw new ValueError(`Handoff names must be unique from tool names: '${clash.name}' to '${clash.target}' is not.`);
  }
}
