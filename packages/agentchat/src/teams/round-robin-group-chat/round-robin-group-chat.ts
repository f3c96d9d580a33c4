import type { ComponentDefinition, JsonObject } from "@tesserae/core";
import { checkedOptions } from "../../base/checked-options.ts";
import { BaseGroupChat } from "../group-chat/base-group-chat.ts";
import { participantNames } from "../group-chat/names.ts";
import { loadTeamOptions, teamSchema, teamToConfig, type TeamConfig } from "../group-chat/team-config.ts";
import type { TeamOptions } from "../group-chat/team-options.ts";
import { RoundRobinSelection } from "./round-robin-selection.ts";

const NAME = "RoundRobinGroupChat";
const DESCRIPTION = "A team whose participants speak one after the other.";

/** A team whose participants speak one after the other, in their order, over and over. */
export class RoundRobinGroupChat extends BaseGroupChat {
  static readonly component: ComponentDefinition<RoundRobinGroupChat> = {
    provider: "autogen_agentchat.teams.RoundRobinGroupChat",
    componentType: "team",
    label: NAME,
    description: DESCRIPTION,
    schema: teamSchema(),
    toConfig: (team, dump): JsonObject => teamToConfig(team, dump),
    fromConfig: async (config: TeamConfig, load) => new RoundRobinGroupChat(await loadTeamOptions(config, load)),
  };

  constructor(options: TeamOptions) {
    super(options, {
      name: NAME,
      managerName: "RoundRobinGroupChatManager",
      description: DESCRIPTION,
      selection: new RoundRobinSelection(participantNames(checkedOptions(options, NAME, "participants").participants)),
    });
  }
}
