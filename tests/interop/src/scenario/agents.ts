import {
  AgentTool,
  AssistantAgent,
  CodeExecutorAgent,
  Handoff,
  MessageFilterAgent,
  SocietyOfMindAgent,
  TeamTool,
  UserProxyAgent,
  type ChatAgent,
} from "@tesserae/agentchat";
import {
  ListMemory,
  StaticStreamWorkbench,
  StaticWorkbench,
  ValueError,
  memoryContentFromJson,
  type ChatCompletionContext,
  type Json,
  type JsonObject,
  type Tool,
  type Workbench,
} from "@tesserae/core";
import { contentTypeOf } from "../content-types.ts";
import { listOf, objectOf, textOf } from "../golden.ts";
import { definitionOf } from "../messages.ts";
import { makeContext } from "./contexts.ts";
import { APPROVALS, FORMATTERS, named } from "./functions.ts";
import { agentOf, memberOf, teamOf, type Members } from "./members.ts";
import { numberIn, optionalList, textIn, truthIn } from "./options.ts";
import { EchoAgent, ScriptedAgent } from "./scripted-agents.ts";
import { makeTools } from "./tools.ts";
import type { World } from "./world.ts";

/** Makes the agent of `{"type": class name, "name", …options}`; some are made of members that were made before. */
export function makeAgent(spec: JsonObject, members: Members, world: World): ChatAgent {
  const name = textOf(spec["name"]);
  const description = textIn(spec, "description") ?? `Agent ${name}`;
  switch (spec["type"]) {
    case "AssistantAgent":
      return assistant(name, description, spec, members, world);
    case "SocietyOfMindAgent":
      return new SocietyOfMindAgent({
        name,
        description,
        team: teamOf(memberOf(members, textOf(spec["team"]))),
        modelClient: world.model(spec["model"]),
        instruction: textIn(spec, "instruction"),
        responsePrompt: textIn(spec, "response_prompt"),
        modelContext: contextIn(spec, world),
      });
    case "MessageFilterAgent":
      return messageFilter(name, spec, members);
    case "CodeExecutorAgent":
      return codeExecutor(name, description, spec, world);
    case "UserProxyAgent":
      return new UserProxyAgent({ name, description, inputFunc: world.person(name, listOf(spec["inputs"])).answer });
    case "ScriptedAgent":
      return new ScriptedAgent({
        name,
        description,
        received: world.received(name),
        replies: world.replies(name, listOf(spec["replies"])),
        produces: listOf(spec["produces"] ?? ["TextMessage"]).map((tag) => definitionOf(textOf(tag))),
      });
    case "EchoAgent":
      return new EchoAgent(name, description, world.received(name));
    default:
      throw new ValueError(`There is no agent of type ${JSON.stringify(spec["type"])}.`);
  }
}

function contextIn(spec: JsonObject, world: World): ChatCompletionContext | undefined {
  return spec["model_context"] === undefined ? undefined : makeContext(objectOf(spec["model_context"]), world);
}

function messageFilter(name: string, spec: JsonObject, members: Members): ChatAgent {
  const perSource = listOf(objectOf(spec["filter"])["per_source"]).map((row) => {
    const { source, position, count } = objectOf(row);
    return {
      source: textOf(source),
      ...(position === "first" || position === "last" ? ({ position } as const) : {}),
      ...(count === undefined ? {} : { count: Number(count) }),
    };
  });
  const wrappedAgent = agentOf(memberOf(members, textOf(spec["wrapped_agent"])));
  return new MessageFilterAgent({ name, wrappedAgent, filter: { perSource } });
}

function assistant(name: string, description: string, spec: JsonObject, members: Members, world: World): ChatAgent {
  const tools = makeTools(world.rendezvous);
  const formatter = spec["tool_call_summary_formatter"];
  const contentType = spec["output_content_type"];
  return new AssistantAgent({
    name,
    description,
    modelClient: world.model(spec["model"]),
    systemMessage: textIn(spec, "system_message") ?? null,
    tools: optionalList(spec["tools"])?.map((tool) =>
      typeof tool === "string" ? toolOf(tools, tool) : runnerTool(objectOf(tool), members),
    ),
    workbench: optionalList(spec["workbench"])?.map((workbench) => makeWorkbench(objectOf(workbench), tools)),
    handoffs: optionalList(spec["handoffs"])?.map(makeHandoff),
    modelContext: contextIn(spec, world),
    memory: optionalList(spec["memory"])?.map((memory) => makeMemory(objectOf(memory))),
    outputContentType: contentType === undefined ? undefined : contentTypeOf(textOf(contentType)),
    outputContentTypeFormat: textIn(spec, "output_content_type_format"),
    toolCallSummaryFormat: textIn(spec, "tool_call_summary_format"),
    toolCallSummaryFormatter: formatter === undefined ? undefined : named(FORMATTERS, formatter),
    modelClientStream: truthIn(spec, "model_client_stream"),
    reflectOnToolUse: truthIn(spec, "reflect_on_tool_use"),
    maxToolIterations: numberIn(spec, "max_tool_iterations"),
  });
}

function codeExecutor(name: string, description: string, spec: JsonObject, world: World): ChatAgent {
  const approval = spec["approval_func"];
  const asked = approval === undefined ? undefined : world.approvals(name);
  return new CodeExecutorAgent({
    name,
    description,
    codeExecutor: world.executor(name, listOf(spec["results"])),
    modelClient: spec["model"] === undefined ? undefined : world.model(spec["model"]),
    systemMessage: textIn(spec, "system_message") ?? null,
    sources: optionalList(spec["sources"])?.map((source) => textOf(source)),
    modelContext: contextIn(spec, world),
    supportedLanguages: optionalList(spec["supported_languages"])?.map((language) => textOf(language)),
    maxRetriesOnError: numberIn(spec, "max_retries_on_error"),
    modelClientStream: truthIn(spec, "model_client_stream"),
    approvalFunc:
      asked === undefined
        ? undefined
        : (request) => {
            asked.push(request.code);
            return named(APPROVALS, approval)(request);
          },
  });
}

/** An agent or a team as a tool. */
function runnerTool(spec: JsonObject, members: Members): Tool {
  const returnValueAsLastMessage = truthIn(spec, "return_value_as_last_message");
  if (spec["type"] === "AgentTool") {
    return new AgentTool({ agent: agentOf(memberOf(members, textOf(spec["agent"]))), returnValueAsLastMessage });
  }
  const [name, description] = [textOf(spec["name"]), textOf(spec["description"])];
  const team = teamOf(memberOf(members, textOf(spec["team"])));
  return new TeamTool({ team, name, description, returnValueAsLastMessage });
}

function makeHandoff(spec: Json): Handoff | string {
  if (typeof spec === "string") return spec;
  const { target, name, description, message } = objectOf(spec, "handoff");
  const optional = (value: Json | undefined): string | undefined => (value === undefined ? undefined : textOf(value));
  return new Handoff({
    target: textOf(target),
    name: optional(name),
    description: optional(description),
    message: optional(message),
  });
}

function makeWorkbench(spec: JsonObject, tools: ReadonlyMap<string, Tool>): Workbench {
  const options = {
    tools: listOf(spec["tools"]).map((tool) => toolOf(tools, tool)),
    toolOverrides: objectOf(spec["tool_overrides"] ?? {}) as {
      [tool: string]: { name?: string; description?: string };
    },
  };
  return spec["type"] === "StaticWorkbench" ? new StaticWorkbench(options) : new StaticStreamWorkbench(options);
}

function makeMemory(spec: JsonObject): ListMemory {
  return new ListMemory({
    name: textIn(spec, "name"),
    memoryContents: listOf(spec["contents"]).map((content) => memoryContentFromJson(content)),
  });
}

function toolOf(tools: ReadonlyMap<string, Tool>, name: Json): Tool {
  const tool = tools.get(textOf(name));
  if (tool === undefined) throw new ValueError(`There is no tool ${textOf(name)}.`);
  return tool;
}
