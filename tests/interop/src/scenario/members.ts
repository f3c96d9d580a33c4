import type { BaseGroupChat, ChatAgent, Team } from "@tesserae/agentchat";
import { ValueError } from "@tesserae/core";

/** The members of a scenario that are made so far, by the names that it gives them. */
export type Members = ReadonlyMap<string, ChatAgent | BaseGroupChat>;

/** The member of a name. */
export function memberOf(members: Members, name: string): ChatAgent | BaseGroupChat {
  const member = members.get(name);
  if (member === undefined) throw new ValueError(`The scenario has no member ${name}.`);
  return member;
}

/** The member as an agent. */
export function agentOf(member: ChatAgent | Team): ChatAgent {
  if ("onMessages" in member) return member;
  throw new ValueError(`The member ${member.name} is no agent.`);
}

/** The member as a team. */
export function teamOf(member: ChatAgent | BaseGroupChat): BaseGroupChat {
  if (!("onMessages" in member)) return member;
  throw new ValueError(`The member ${member.name} is no team.`);
}
