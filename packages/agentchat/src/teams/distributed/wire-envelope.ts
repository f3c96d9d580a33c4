import { JSON_DATA_CONTENT_TYPE, ValueError, isObject, type JsonObject, type MessageSerializer } from "@tesserae/core";
import type {
  GroupChatAgentResponse,
  GroupChatEnvelope,
  GroupChatError,
  GroupChatTeamResponse,
} from "../group-chat/envelopes.ts";

/** The names of the envelopes: those of AutoGen's classes. */
const ENVELOPES = [
  "GroupChatStart",
  "GroupChatRequestPublish",
  "GroupChatAgentResponse",
  "GroupChatTeamResponse",
  "GroupChatMessage",
  "GroupChatTermination",
  "GroupChatError",
  "GroupChatReset",
] as const satisfies readonly GroupChatEnvelope["type"][];

/** What is said between a team's runtimes, past its actors. The first two are AutoGen's. */
const NOTICES = [
  "GroupChatPause",
  "GroupChatResume",
  // Answered when the turn is over; refused when the participant's worker is gone, which nobody would notice else.
  "tesserae.TurnOver",
  "tesserae.StopTurn",
  // To the manager: may the turn make a call, and that it is over.
  "tesserae.AdmitCall",
  "tesserae.CallOver",
] as const;

/** The name of a notice. */
export type Notice = (typeof NOTICES)[number];

/**
 * An envelope or a notice as JSON. Beside AutoGen's keys, `run` tells the runs of a team apart, `account` its turns, and
 * `used` says what a turn has used.
 */
export interface WireEnvelope {
  readonly type: GroupChatEnvelope["type"] | Notice;
  readonly json: JsonObject;
}

/** True for what {@link ENVELOPE_SERIALIZERS} read. */
export function isWireEnvelope(message: unknown): message is WireEnvelope {
  return isObject(message) && isObject(message["json"]);
}

/** What ends the turn of a participant. */
type GroupChatAnswer = GroupChatAgentResponse | GroupChatTeamResponse | GroupChatError;

/** True for a {@link GroupChatAnswer}. */
export function isAnswer<T extends { readonly type: string }>(said: T): said is T & GroupChatAnswer {
  const { type } = said;
  return type === "GroupChatAgentResponse" || type === "GroupChatTeamResponse" || type === "GroupChatError";
}

/** True for a notice. */
export function isNotice(envelope: WireEnvelope): envelope is WireEnvelope & { readonly type: Notice } {
  return NOTICES.some((notice) => notice === envelope.type);
}

/** What a runtime needs to carry the envelopes of teams to other processes. */
export const ENVELOPE_SERIALIZERS: readonly MessageSerializer[] = [...ENVELOPES, ...NOTICES].map((type) => ({
  dataContentType: JSON_DATA_CONTENT_TYPE,
  typeName: type,
  serialize(message: unknown): Uint8Array {
    if (!isWireEnvelope(message)) throw new ValueError(`A ${type} that is sent must be an envelope of a team.`);
    return new TextEncoder().encode(JSON.stringify(message.json));
  },
  deserialize(payload: Uint8Array): WireEnvelope {
    const json: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (!isObject(json)) throw new ValueError(`A ${type} must be an object in JSON.`);
    return { type, json: json as JsonObject };
  },
}));
