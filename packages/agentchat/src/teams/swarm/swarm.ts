import { ValueError, type ComponentDefinition, type JsonObject } from "@tesserae/core";
import type { ChatAgent } from "../../base/chat-agent.ts";
import { checkedOptions } from "../../base/checked-options.ts";
import { HandoffMessage } from "../../messages/factories.ts";
import type { HandoffMessage as HandoffMessageData } from "../../messages/types.ts";
import { BaseGroupChat } from "../group-chat/base-group-chat.ts";
import { agentsOnly, participantNames } from "../group-chat/names.ts";
import { loadTeamOptions, teamSchema, teamToConfig, type TeamConfig } from "../group-chat/team-config.ts";
import type { TeamOptions } from "../group-chat/team-options.ts";
import { SwarmSelection } from "./swarm-selection.ts";

const NAME = "Swarm";
const DESCRIPTION = "A team whose participants hand the conversation to one another.";

/** What makes a {@link Swarm}. */
export interface SwarmOptions extends TeamOptions {
  /** Agents; the first one begins, and must be able to hand off. */
  readonly participants: readonly ChatAgent[];
}

/**
 * A team whose participants hand the conversation to one another: the first one begins, then whoever the last
 * `HandoffMessage` names speaks, and goes on speaking until it hands on. Give it a `HandoffTermination` for handoffs to a
 * person; the run then goes on with {@link resumeWith} as the task.
 */
export class Swarm extends BaseGroupChat {
  static readonly component: ComponentDefinition<Swarm> = {
    provider: "autogen_agentchat.teams.Swarm",
    componentType: "team",
    label: NAME,
    description: DESCRIPTION,
    schema: teamSchema(),
    toConfig: (team, dump): JsonObject => teamToConfig(team, dump),
    fromConfig: async (config: TeamConfig, load) => {
      const options = await loadTeamOptions(config, load);
      return new Swarm({ ...options, participants: agentsOnly(options.participants, NAME) });
    },
  };

  /** @throws ValueError when a participant is a team, or the first one can hand off to nobody. */
  constructor(options: SwarmOptions) {
    const names = participantNames(checkedOptions(options, NAME, "participants").participants);
    const [first] = agentsOnly(options.participants, NAME);
    if (first !== undefined && !first.producedMessageTypes.some(({ type }) => type === "HandoffMessage")) {
      throw new ValueError(
        `The first participant '${first.name}' must be able to produce a handoff message: give it handoffs.`,
      );
    }
    super(options, {
      name: NAME,
      managerName: "SwarmGroupChatManager",
      description: DESCRIPTION,
      selection: new SwarmSelection(names),
    });
  }
}

/** The task with which a run goes on after a handoff to a person: the person's words, and who gets them. */
export function resumeWith(text: string, target: string, source = "user"): HandoffMessageData {
  return HandoffMessage({ content: text, target, source });
}
