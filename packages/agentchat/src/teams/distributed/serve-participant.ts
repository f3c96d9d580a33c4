import { TypeSubscription, ValueError, checkMethod, checkTypes, type AgentRuntime } from "@tesserae/core";
import { checkedOptions } from "../../base/checked-options.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { ChatAgentContainer } from "../group-chat/chat-agent-container.ts";
import { participantNames, teamAddresses, type Participant } from "../group-chat/names.ts";
import { teamMessages } from "../group-chat/team-messages.ts";
import type { ActiveRun } from "../group-chat/team-run.ts";
import { ParticipantOnWorker, type TurnRules } from "./participant-on-worker.ts";

/** For which team a participant is offered, and what its turns may do here. */
export interface ServeParticipantOptions extends TurnRules {
  /** The `teamId` of the team. */
  readonly teamId: string;
  /** The kinds of message beyond the built-in ones that others of the team send. */
  readonly customMessageTypes?: readonly MessageDefinition[] | undefined;
}

/** A participant that is offered. */
export interface ServedParticipant {
  /** Takes it out of the runtime. The agent is not closed: it is the caller's. */
  close(): Promise<void>;
}

/**
 * Offers an agent or a team of this process as a participant of a team in another one, which has a
 * `RemoteParticipant` of the same name. A turn is a run of its own here: its calls are told to the subscribers of this
 * process, and `limits` are those of one turn. What it uses counts for the team's run too, whose limits hold here.
 *
 * @param runtime one that reaches the other process, such as a started `GrpcWorkerAgentRuntime`.
 * @throws ValueError without a team id, and when the runtime has such a participant already.
 */
export async function serveParticipant(
  runtime: AgentRuntime,
  participant: Participant,
  options: ServeParticipantOptions,
): Promise<ServedParticipant> {
  checkMethod("runtime", runtime ?? null, "registerFactory", "an agent runtime");
  participantNames([participant]);
  const { teamId, customMessageTypes = [], ...rules } = checkedOptions(options, "serveParticipant", "teamId");
  checkTypes("string", { teamId });
  if (teamId === "") throw new ValueError("The option teamId must be the one that the team was made with, found none.");
  const addresses = teamAddresses(teamId, "");
  const type = addresses.participant(participant.name);
  const messages = teamMessages([participant], customMessageTypes);
  const active: ActiveRun = { current: undefined };
  const parts = { addresses, participants: [participant], messages };
  const actors = new ParticipantOnWorker(runtime, parts, active, rules);
  await actors.registerFactory(type, () => new ChatAgentContainer({ participant, addresses, messages, active }), {
    concurrency: Infinity,
  });
  for (const topic of [type, addresses.groupTopic]) await actors.addSubscription(new TypeSubscription(topic, type));
  return { close: () => actors.unregister(type) };
}
