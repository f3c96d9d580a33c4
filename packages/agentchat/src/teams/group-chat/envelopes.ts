import { isObject } from "@tesserae/core";
import type { Response, TaskResult } from "../../base/task.ts";
import type { ChatMessage, StopMessage, StreamItem } from "../../messages/types.ts";

/*
 * What the manager and the containers of a team send one another. In one process they travel by reference; their JSON,
 * for other processes, is AutoGen's.
 */

/** A run begins: the manager gets it from the team and passes it on to the participants. */
export interface GroupChatStart {
  readonly type: "GroupChatStart";
  readonly messages: readonly ChatMessage[];
  readonly outputTaskMessages: boolean;
}

/** The manager asks a participant to speak. */
export interface GroupChatRequestPublish {
  readonly type: "GroupChatRequestPublish";
}

/** An agent has spoken. */
export interface GroupChatAgentResponse {
  readonly type: "GroupChatAgentResponse";
  readonly response: Response;
  readonly name: string;
}

/** A nested team has finished its run. */
export interface GroupChatTeamResponse {
  readonly type: "GroupChatTeamResponse";
  readonly result: TaskResult;
  readonly name: string;
}

/** Something for the stream of the run, from a participant in another process. */
export interface GroupChatMessage {
  readonly type: "GroupChatMessage";
  readonly message: StreamItem;
}

/** The run has ended. */
export interface GroupChatTermination {
  readonly type: "GroupChatTermination";
  readonly message: StopMessage;
  readonly error?: unknown;
}

/** A participant has failed. */
export interface GroupChatError {
  readonly type: "GroupChatError";
  readonly name: string;
  readonly error: unknown;
}

/** Back to the beginning. */
export interface GroupChatReset {
  readonly type: "GroupChatReset";
}

/** Every envelope of a group chat. */
export type GroupChatEnvelope =
  | GroupChatStart
  | GroupChatRequestPublish
  | GroupChatAgentResponse
  | GroupChatTeamResponse
  | GroupChatMessage
  | GroupChatTermination
  | GroupChatError
  | GroupChatReset;

/** True for an envelope. Only the team's own actors know its topics, and they send nothing else that has a type. */
export function isEnvelope(message: unknown): message is GroupChatEnvelope {
  return isObject(message) && typeof message["type"] === "string";
}

/** The request, always the same. */
export const REQUEST_PUBLISH: GroupChatRequestPublish = { type: "GroupChatRequestPublish" };

/** What an answer adds to the thread. */
export function saidIn(answer: GroupChatAgentResponse | GroupChatTeamResponse): readonly StreamItem[] {
  if (answer.type === "GroupChatTeamResponse") return answer.result.messages;
  const { chatMessage, innerMessages } = answer.response;
  return innerMessages === undefined || innerMessages.length === 0 ? [chatMessage] : [...innerMessages, chatMessage];
}
