import { NotAccessibleError, isObject, type AgentId, type JsonObject } from "@tesserae/core";
import type { ControlMessage } from "../protocol/messages.ts";
import {
  answerTo,
  packRequest,
  packResponse,
  unpackRequest,
  unpackResponse,
  type StateAction,
} from "../protocol/state-messages.ts";
import type { HostConnection } from "./host-connection.ts";
import { agentIdFromWire } from "./payloads.ts";
import type { RemoteCalls } from "./remote-calls.ts";

/** What of a runtime other workers may ask for. */
export interface StateKeeper {
  agentSaveState(id: AgentId): Promise<JsonObject>;
  agentLoadState(id: AgentId, state: JsonObject): Promise<void>;
}

/** Saves or loads the state of an agent of another worker. @throws NotAccessibleError when that worker cannot do it. */
export async function askForState(
  connection: HostConnection,
  calls: RemoteCalls,
  question: { readonly action: StateAction; readonly id: AgentId; readonly state: string; readonly timeoutMs: number },
): Promise<string> {
  const { action, id, state, timeoutMs } = question;
  const call = calls.begin(id.toString(), { timeoutMs, signal: undefined });
  connection.sendControl({
    rpcId: call.id,
    destination: `agentid=${id}`,
    respondTo: `clientid=${connection.clientId}`,
    rpcMessage: packRequest(action, { agentId: { type: id.type, key: id.key }, state }),
  });
  try {
    return String(await call.reply);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NotAccessibleError(
      `The state of agent ${id} is kept by another worker and cannot be reached; those of Python offer none. ${reason}`,
      { cause: error },
    );
  }
}

/** Takes a control message: the answer to a question of ours, or a question, which `keeper` answers. */
export async function takeControl(
  message: ControlMessage,
  parts: { readonly connection: HostConnection; readonly calls: RemoteCalls; readonly keeper: StateKeeper },
): Promise<void> {
  const response = unpackResponse(message.rpcMessage);
  if (response !== undefined) {
    parts.calls.settle(message.rpcId, () => {
      if (response.error === undefined || response.error === "") return response.state;
      throw new NotAccessibleError(response.error);
    });
    return;
  }
  const request = unpackRequest(message.rpcMessage);
  if (request === undefined) return;
  const { action, message: question } = request;
  const answer = await perform(action, question.agentId ?? { type: "", key: "" }, question.state, parts.keeper).catch(
    (error: unknown) => ({ error: error instanceof Error && error.message !== "" ? error.message : "It failed." }),
  );
  parts.connection.sendControl(answerTo(message, packResponse(action, answer)));
}

async function perform(
  action: StateAction,
  agent: { readonly type: string; readonly key: string },
  state: string,
  keeper: StateKeeper,
): Promise<{ readonly state?: string }> {
  const id = agentIdFromWire(agent);
  if (action === "SaveState") return { state: JSON.stringify(await keeper.agentSaveState(id)) };
  await keeper.agentLoadState(id, parseState(state));
  return {};
}

/** @throws NotAccessibleError for a text that is no state. */
export function parseState(text: string): JsonObject {
  const state: unknown = JSON.parse(text);
  if (isObject(state)) return state as JsonObject;
  throw new NotAccessibleError("The state of an agent must be an object in JSON.");
}
