import { messageCodec, nested, optionalText, text, type MessageCodec } from "./fields.ts";
import type { ControlMessage, PackedMessage, WireAgentId } from "./messages.ts";

/** `agents.SaveStateRequest` and `agents.LoadStateRequest`; only the second has a `state`, JSON in text. */
export interface StateRequest {
  readonly agentId: WireAgentId | undefined;
  readonly state: string;
}

/** `agents.SaveStateResponse` and `agents.LoadStateResponse`; only the first has a `state`, JSON in text. */
export interface StateResponse {
  readonly state: string;
  readonly error: string | undefined;
}

/** The two things that are asked through the control channel. */
export type StateAction = "SaveState" | "LoadState";

const agentId: MessageCodec<WireAgentId> = messageCodec({ type: text(1), key: text(2) });
const request: MessageCodec<StateRequest> = messageCodec({ agentId: nested(1, agentId), state: text(2) });
const responses: Readonly<Record<StateAction, MessageCodec<StateResponse>>> = {
  SaveState: messageCodec({ state: text(1), error: optionalText(2) }),
  // The first field is the error here; a field 2 does not exist.
  LoadState: messageCodec({ state: text(2), error: optionalText(1) }),
};

const PREFIX = "type.googleapis.com/agents.";
const NAME = /^(?<action>SaveState|LoadState)(?<part>Request|Response)$/;

/** Packs a request. */
export function packRequest(action: StateAction, message: Partial<StateRequest>): PackedMessage {
  return { typeUrl: `${PREFIX}${action}Request`, value: request.encode(message) };
}

/** Packs a response. */
export function packResponse(action: StateAction, message: Partial<StateResponse>): PackedMessage {
  return { typeUrl: `${PREFIX}${action}Response`, value: responses[action].encode(message) };
}

/** Reads what {@link packRequest} has packed; `undefined` for anything else. */
export function unpackRequest(
  packed: PackedMessage | undefined,
): { readonly action: StateAction; readonly message: StateRequest } | undefined {
  const action = actionOf(packed, "Request");
  return action === undefined ? undefined : { action, message: request.decode(packed?.value ?? new Uint8Array()) };
}

/** Reads what {@link packResponse} has packed; `undefined` for anything else. */
export function unpackResponse(packed: PackedMessage | undefined): StateResponse | undefined {
  const action = actionOf(packed, "Response");
  return action === undefined ? undefined : responses[action].decode(packed?.value ?? new Uint8Array());
}

/** The answer to a request that reached nobody; `undefined` when nobody asked anything. */
export function refusalOf(message: ControlMessage, error: string): ControlMessage | undefined {
  const action = actionOf(message.rpcMessage, "Request");
  if (action === undefined || message.respondTo === undefined) return undefined;
  return answerTo(message, packResponse(action, { error }));
}

/** The control message that answers another. */
export function answerTo(message: ControlMessage, rpcMessage: PackedMessage): ControlMessage {
  return { rpcId: message.rpcId, destination: message.respondTo ?? "", respondTo: "", rpcMessage };
}

function actionOf(packed: PackedMessage | undefined, part: "Request" | "Response"): StateAction | undefined {
  const url = packed?.typeUrl ?? "";
  const found = NAME.exec(url.slice(url.lastIndexOf("agents.") + "agents.".length))?.groups;
  if (found?.["part"] !== part) return undefined;
  return found["action"] === "SaveState" ? "SaveState" : "LoadState";
}
