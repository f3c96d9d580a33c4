import { ValueError } from "@tesserae/core";
import type { ChatAgent, Team } from "../../base/chat-agent.ts";

const ADDRESSABLE = /^[\p{L}\p{N}_.-]+$/u;

/** A member of a team. */
export type Participant = ChatAgent | Team;

/** Where the members of one team are reached in the runtime. */
export interface TeamAddresses {
  /** The key of all the team's actors. */
  readonly teamId: string;
  readonly groupTopic: string;
  readonly outputTopic: string;
  readonly manager: string;
  participant(name: string): string;
}

/** The addresses of a team. The types of actors and topics are AutoGen's. */
export function teamAddresses(teamId: string, managerName: string): TeamAddresses {
  return {
    teamId,
    groupTopic: `group_topic_${teamId}`,
    outputTopic: `output_topic_${teamId}`,
    manager: `${managerName}_${teamId}`,
    participant: (name) => `${name}_${teamId}`,
  };
}

/** Checks the members of a team. */
export function checkParticipants(participants: readonly Participant[], managerName: string): void {
  if (participants.length === 0) throw new ValueError("At least one participant is required.");
  const names = participants.map((participant) => participant.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ValueError(`The participant names must be unique, but '${twice}' occurs twice.`);
  }
  for (const name of names) {
    if (!ADDRESSABLE.test(name)) {
      throw new ValueError(
        `The participant name '${name}' cannot be addressed. Use letters, digits, "_", "." and "-"; a nested team takes its name from its option name.`,
      );
    }
    if (name === managerName) {
      throw new ValueError(`The participant name '${name}' is the name of the team's manager. Choose another.`);
    }
  }
}

/** True for a participant that is a team. */
export function isTeam(participant: Participant): participant is Team {
  return !("onMessages" in participant);
}
