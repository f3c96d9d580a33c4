import type { AgentPayload, ChannelMessage, MessagePayload } from "@tesserae/wire/channels";
import type { RunContext } from "../run/run-context.ts";
import type { Draft } from "./leaf-channel.ts";
import { placeOf, publishMoment, trace } from "./trace.ts";

/** What is told of an agent's turn. */
export interface AgentTurn {
  readonly name: string;
  /** Its kind, such as `AssistantAgent`. */
  readonly kind: string;
  /** The messages that are new to the agent. Called only when someone listens. */
  readonly messages: () => readonly ChannelMessage[];
}

/** Publishes an agent's turn on `tesserae:agent`. One branch when nobody listens. */
export function traceAgent<T>(
  context: RunContext,
  turn: AgentTurn,
  body: () => Promise<T>,
  response: (value: T) => ChannelMessage,
): Promise<T> {
  return trace(
    "agent",
    (): Draft<AgentPayload> => ({
      ...placeOf(context, turn.name),
      name: turn.name,
      kind: turn.kind,
      messages: turn.messages(),
    }),
    body,
    (payload, value) => {
      payload.response = response(value);
    },
  );
}

/** Publishes a message from one participant to others on `tesserae:message`. One branch when nobody listens. */
export function traceMessage(
  context: RunContext,
  make: () => Pick<MessagePayload, "from" | "to" | "messageId" | "message">,
): void {
  publishMoment("message", () => ({ ...placeOf(context), ...make() }));
}
