import type { MessageDefinition } from "../../messages/definition.ts";
import { MessageRegistry } from "../../messages/registry.ts";
import { isTeam, type Participant } from "./names.ts";

/** The kinds of message a team knows: those the user names, and those its members say they produce. */
export function teamMessages(
  participants: readonly Participant[],
  custom: readonly MessageDefinition[],
): MessageRegistry {
  const registry = new MessageRegistry(custom);
  for (const participant of participants) {
    for (const definition of producedBy(participant)) {
      if (!registry.isRegistered(definition.type)) registry.register(definition);
    }
  }
  return registry;
}

/** An inner team passes on what its members produce; a team of another making has no registry. */
function producedBy(participant: Participant): readonly MessageDefinition[] {
  if (!isTeam(participant)) return participant.producedMessageTypes;
  return "messages" in participant && participant.messages instanceof MessageRegistry
    ? participant.messages.ownDefinitions()
    : [];
}
