import {
  SingleThreadedAgentRuntime,
  tool,
  type AgentRuntime,
  type CallToolOptions,
  type CreateResult,
  type JsonObject,
  type Tool,
} from "@tesserae/core";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { SocietyOfMindAgent } from "../agents/society-of-mind-agent/society-of-mind-agent.ts";
import type { Participant } from "../teams/group-chat/names.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { AgentTool } from "../tools/agent-tool.ts";
import { TeamTool } from "../tools/team-tool.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "./scripted-client.ts";

type Policy = NonNullable<CallToolOptions["policy"]>;

/** A till that only pays when somebody says so. */
export class Till {
  readonly paid: JsonObject[] = [];
  readonly tool: Tool;

  constructor(requiresApproval = true) {
    this.tool = tool({
      name: "pay",
      description: "Pays.",
      parameters: { type: "object", properties: { euros: { type: "integer" } }, required: ["euros"] },
      requiresApproval,
      execute: ({ euros }) => {
        this.paid.push({ euros: Number(euros) });
        return `paid ${String(euros)}`;
      },
    });
  }
}

/** A model that calls a tool, and says a text when it knows the result. */
export function askingModel(calls: ScriptedAnswer, text: string): ScriptedClient {
  const say = (): CreateResult | string => {
    const last = client.calls.at(-1)?.messages.at(-1);
    return last?.type === "FunctionExecutionResultMessage" || typeof calls !== "object" || calls instanceof Error
      ? text
      : calls;
  };
  const client = new ScriptedClient(Array.from({ length: 9 }, () => say));
  return client;
}

/** An agent that pays five euros when it is asked, and says that it has bought. */
export function buyer(till: Till, options: { readonly toolPolicy?: Policy } = {}): AssistantAgent {
  const { toolPolicy } = options;
  return new AssistantAgent({
    name: "buyer",
    modelClient: askingModel(callsOf(["pay", { euros: 5 }]), "bought"),
    tools: [till.tool],
    reflectOnToolUse: true,
    toolPolicy,
  });
}

/** What the model of an agent was told of its calls. */
export function told(agent: AssistantAgent): readonly string[] {
  const client = agent.settings.modelClient;
  if (!(client instanceof ScriptedClient)) return [];
  return (client.calls.at(-1)?.messages ?? []).flatMap((message) =>
    message.type === "FunctionExecutionResultMessage" ? message.content.map(({ content }) => content) : [],
  );
}

/** A way in which an assistant can stand inside of a team; `path` is the way from the team to the assistant. */
interface Nesting {
  readonly name: string;
  readonly path: string;
  readonly build: (agent: AssistantAgent, runtime?: AgentRuntime) => RoundRobinGroupChat;
}

const ON_THEIR_OWN: readonly Nesting[] = [
  {
    name: "a member",
    path: "/team[0]/buyer[0]",
    build: (agent, runtime) => team(agent, runtime),
  },
  {
    name: "a member of an inner team",
    path: "/team[0]/office[0]/team[0]/buyer[0]",
    build: (agent, runtime) => team(team(agent, runtime, "office"), runtime),
  },
  {
    name: "a tool",
    path: "/team[0]/boss[0]/call[0]/buyer[0]",
    build: (agent, runtime) => team(boss("buyer", new AgentTool({ agent, returnValueAsLastMessage: true })), runtime),
  },
  {
    name: "a member of a team that is a tool",
    path: "/team[0]/boss[0]/call[0]/team[0]/buyer[0]",
    build: (agent, runtime) =>
      team(boss("office", new TeamTool({ team: team(agent, runtime), name: "office", description: "Buys." })), runtime),
  },
  {
    name: "a member of the team of a mind",
    path: "/team[0]/mind[0]/office[0]/team[0]/buyer[0]",
    build: (agent, runtime) =>
      team(
        new SocietyOfMindAgent({
          name: "mind",
          team: team(agent, runtime, "office"),
          modelClient: new ScriptedClient(["we bought", "we bought"]),
        }),
        runtime,
      ),
  },
];

/** Every way in which an assistant can stand inside of a team, on runtimes of their own and on one that they share. */
export const NESTINGS: readonly Nesting[] = ON_THEIR_OWN.flatMap((nesting) => [
  nesting,
  {
    ...nesting,
    name: `${nesting.name}, on a shared runtime`,
    build: (agent) => {
      const runtime = new SingleThreadedAgentRuntime();
      runtime.start();
      return nesting.build(agent, runtime);
    },
  },
]);

function team(member: Participant, runtime?: AgentRuntime, name?: string): RoundRobinGroupChat {
  return new RoundRobinGroupChat({ name, participants: [member], maxTurns: 1, runtime });
}

/** An agent that lets the agent or team behind a tool buy. */
export function boss(name: string, inner: Tool): AssistantAgent {
  return new AssistantAgent({
    name: "boss",
    modelClient: askingModel(callsOf([name, { task: "Buy." }]), "done"),
    tools: [inner],
    reflectOnToolUse: true,
  });
}
