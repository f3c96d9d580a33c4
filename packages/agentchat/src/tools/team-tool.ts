import type { ComponentDefinition } from "@tesserae/core";
import { checkedOptions } from "../base/checked-options.ts";
import type { ComponentJson } from "../components/config.ts";
import type { BaseGroupChat } from "../teams/group-chat/base-group-chat.ts";
import { participantNames } from "../teams/group-chat/names.ts";
import { TaskRunnerTool, type TaskRunnerToolOptions } from "./task-runner-tool.ts";

/** What makes a {@link TeamTool}. */
export interface TeamToolOptions extends TaskRunnerToolOptions {
  readonly team: BaseGroupChat;
  /** The name of the tool: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description: string;
}

type TeamToolConfig = {
  readonly name: string;
  readonly description: string;
  readonly team: ComponentJson;
  readonly return_value_as_last_message?: boolean;
  readonly isolate?: boolean;
  readonly requires_approval?: boolean;
};

/** A team as a tool of an agent. It keeps its conversation between calls. */
export class TeamTool extends TaskRunnerTool {
  static readonly component: ComponentDefinition<TeamTool> = {
    provider: "autogen_agentchat.tools.TeamTool",
    componentType: "tool",
    label: "TeamTool",
    description: "A team as a tool of an agent.",
    schema: {
      type: "object",
      properties: {
        name: { type: "string" },
        description: { type: "string" },
        team: { "x-component": ["team"] },
        return_value_as_last_message: { type: "boolean" },
        isolate: { type: "boolean" },
        requires_approval: { type: "boolean" },
      },
      required: ["name", "description", "team"],
    },
    toConfig: (tool, dump) => ({
      name: tool.name,
      description: tool.description,
      team: dump.component(tool.team),
      return_value_as_last_message: tool.returnValueAsLastMessage,
      ...(tool.isolate ? { isolate: true } : {}),
      ...(tool.requiresApproval === true ? { requires_approval: true } : {}),
    }),
    fromConfig: async (config: TeamToolConfig, load) =>
      new TeamTool({
        name: config.name,
        description: config.description,
        team: await load.component<BaseGroupChat>(config.team, "/team"),
        returnValueAsLastMessage: config.return_value_as_last_message,
        isolate: config.isolate,
        requiresApproval: config.requires_approval,
      }),
  };

  readonly team: BaseGroupChat;

  constructor(options: TeamToolOptions) {
    const { team, name, description, ...others } = checkedOptions(options, "TeamTool", "team, name, description");
    participantNames([team]);
    super(team, { name, description }, others);
    this.team = team;
  }
}
