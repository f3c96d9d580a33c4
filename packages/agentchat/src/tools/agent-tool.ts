import type { ComponentDefinition } from "@tesserae/core";
import type { ChatAgent } from "../base/chat-agent.ts";
import { checkedOptions } from "../base/checked-options.ts";
import type { ComponentJson } from "../components/config.ts";
import { participantNames } from "../teams/group-chat/names.ts";
import { TaskRunnerTool, type TaskRunnerToolOptions } from "./task-runner-tool.ts";

/** What makes an {@link AgentTool}. */
export interface AgentToolOptions extends TaskRunnerToolOptions {
  /** The agent; the tool has its name and description. */
  readonly agent: ChatAgent;
}

type AgentToolConfig = {
  readonly agent: ComponentJson;
  readonly return_value_as_last_message?: boolean;
  readonly isolate?: boolean;
  readonly requires_approval?: boolean;
};

/** An agent as a tool of another. It keeps its conversation between calls. */
export class AgentTool extends TaskRunnerTool {
  static readonly component: ComponentDefinition<AgentTool> = {
    provider: "autogen_agentchat.tools.AgentTool",
    componentType: "tool",
    label: "AgentTool",
    description: "An agent as a tool of another.",
    schema: {
      type: "object",
      properties: {
        agent: { "x-component": ["agent"] },
        return_value_as_last_message: { type: "boolean" },
        isolate: { type: "boolean" },
        requires_approval: { type: "boolean" },
      },
      required: ["agent"],
    },
    toConfig: (tool, dump) => ({
      agent: dump.component(tool.agent),
      return_value_as_last_message: tool.returnValueAsLastMessage,
      ...(tool.isolate ? { isolate: true } : {}),
      ...(tool.requiresApproval === true ? { requires_approval: true } : {}),
    }),
    fromConfig: async (config: AgentToolConfig, load) =>
      new AgentTool({
        agent: await load.component<ChatAgent>(config.agent, "/agent"),
        returnValueAsLastMessage: config.return_value_as_last_message,
        isolate: config.isolate,
        requiresApproval: config.requires_approval,
      }),
  };

  readonly agent: ChatAgent;

  constructor(options: AgentToolOptions) {
    const { agent, ...others } = checkedOptions(options, "AgentTool", "agent");
    participantNames([agent]);
    super(agent, { name: agent.name, description: agent.description }, others);
    this.agent = agent;
  }
}
