import { ValueError, checkGiven, isObject } from "@tesserae/core";
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

/**
 * The names of the members of a team, in order.
 *
 * @throws ValueError when something is not an agent or a team: options may be written without types.
 */
export function participantNames(participants: readonly Participant[]): readonly string[] {
  checkGiven("option participants", participants, Array.isArray(participants), "a list of agents and teams");
  return participants.map((participant: unknown, index) => {
    const { name, onMessages, reset } = isObject(participant) ? participant : {};
    if (typeof name === "string" && (typeof onMessages === "function" || typeof reset === "function")) return name;
    throw new ValueError(`Invalid participant component type at ${index}: a participant must be an agent or a team.`);
  });
}

/** Checks the members of a team. */
export function checkParticipants(participants: readonly Participant[], managerName: string): void {
  const names = participantNames(participants);
  if (names.length === 0) throw new ValueError("At least one participant is required.");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ValueError(`The participant names must be unique, but '${twice}' occurs twice.`);
  }
  for (const name of names) {
    if (!ADDRESSABLE.test(name)) {
      throw new ValueError(
        `The participant name '${name}' cannot be addressed. Allowed are letters, digits, "_", "." and "-".`,
      );
    }
    if (name === managerName) {
      throw new ValueError(`The participant name '${name}' is the name of the team's manager.`);
    }
  }
}

/** True for a participant that is a team. */
export function isTeam(participant: Participant): participant is Team {
  return !("onMessages" in participant);
}

/**
 * The participants of a kind of team whose members must be agents.
 *
 * @throws ValueError when one is a team.
 */
export function agentsOnly(participants: readonly Participant[], team: string): readonly ChatAgent[] {
  return participants.map((participant) => {
    if (!isTeam(participant)) return participant;
    throw new ValueError(`Participant '${participant.name}' must be a ChatAgent: a ${team} takes no teams.`);
  });
}
