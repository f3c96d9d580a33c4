import type { AgentPayload, ChannelMessage, CreationPayload, MessagePayload } from "@tesserae/wire/channels";
import { agentInTheMaking } from "../agents/agent-scope.ts";
import { plainContext } from "../run/context.ts";
import { currentRun } from "../run/current-run.ts";
import type { RunContext } from "../run/run-context.ts";
import type { Draft } from "./leaf-channel.ts";
import { channelError, placeOf, publishMoment, trace } from "./trace.ts";

/** What is told of an agent's turn. */
export interface AgentTurn {
  readonly name: string;
  /** Its kind, such as `AssistantAgent`. */
  readonly kind: string;
  /** What the agent can do. */
  readonly description?: string | undefined;
  /** Its id in the actor runtime, `type/key`. */
  readonly agentId?: string | undefined;
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
      ...(turn.description === undefined ? {} : { description: turn.description }),
      ...(turn.agentId === undefined ? {} : { agentId: turn.agentId }),
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

/**
 * Publishes on `tesserae:creation` that an agent was made, or with an error that it could not be. Its id is that of the
 * runtime whose factory makes it. One branch when nobody listens.
 */
export function traceCreation(made: Pick<CreationPayload, "name" | "kind" | "description">, error?: unknown): void {
  publishMoment("creation", () => {
    const agentId = agentInTheMaking()?.agentId.toString();
    return {
      ...placeOf(currentRun() ?? plainContext()),
      ...made,
      ...(agentId === undefined ? {} : { agentId }),
      ...(error === undefined ? {} : { error: channelError(error) }),
    };
  });
}
