import { RuntimeError, isObject, raceSignal, scope, traceAgent, type Json, type RunContext } from "@tesserae/core";
import type { ChatAgent } from "../base/chat-agent.ts";
import type { Response, Turn } from "../base/task.ts";
import { isEventType } from "../messages/is-event.ts";
import type { MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";
import { turnThrough } from "./turn-through.ts";

/** Milliseconds that an agent has after an abort to come to an end by itself. */
const CLEAN_UP_MS = 1000;

/** One turn of an agent in a scope of its own, shown on the stream; its answer is shown last. */
export async function takeTurn(agent: ChatAgent, messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
  const { context } = turn;
  context.meter?.countTurn();
  const free = agent.occupy?.(context.runId);
  let response: Response;
  try {
    response = await (context.session === undefined
      ? respond(agent, messages, turn)
      : scope(context, agent.name, (inner) => observedTurn(agent, messages, turn, inner), { agent: agent.name }));
  } finally {
    free?.();
  }
  if (!isResponse(response)) {
    throw new RuntimeError(
      `The agent '${agent.name}' did not produce a final response: it gave ${describe(response)}.`,
    );
  }
  await turn.emit(response.chatMessage);
  return response;
}

function observedTurn(
  agent: ChatAgent,
  messages: readonly ChatMessage[],
  turn: Turn,
  context: RunContext,
): Promise<Response> {
  const { messages: registry, actor } = turn;
  return traceAgent(
    context,
    {
      name: agent.name,
      kind: agent.constructor.name,
      description: agent.description,
      agentId: actor?.toString(),
      messages: () => messages.map((message) => channelMessage(message, registry)),
    },
    () => respond(agent, messages, { ...turn, context }),
    (response) => channelMessage(response.chatMessage, registry),
  );
}

function respond(agent: ChatAgent, messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
  const { signal, hooks } = turn.context;
  const list = hooks?.middleware;
  const responding =
    list === undefined
      ? respondItself(agent, messages, turn)
      : turnThrough(list, agent.name, messages, turn, (heard, given) => respondItself(agent, heard, given));
  return signal === undefined ? responding : untilAborted(responding, signal);
}

function respondItself(agent: ChatAgent, messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
  const { context } = turn;
  return (
    agent.respond?.(messages, turn) ??
    respondFromStream(agent.name, agent.onMessagesStream(messages, { signal: context.signal, context }), turn)
  );
}

/**
 * An aborted agent may clean up (take back what it added to its model context) before its next turn can begin, or answer
 * all the same; but one that does not watch the signal must not keep the run from ending.
 */
async function untilAborted(responding: Promise<Response>, signal: AbortSignal): Promise<Response> {
  try {
    return await raceSignal(responding, signal);
  } catch (error) {
    if (signal.aborted && (await answersWithin(responding, CLEAN_UP_MS))) return responding;
    throw error;
  }
}

function answersWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    void Promise.allSettled([promise]).then(([outcome]) => {
      clearTimeout(timer);
      resolve(outcome.status === "fulfilled");
    });
  });
}

/** What an agent of the user's gives is checked: it may be written without types. */
function isResponse(value: unknown): value is Response {
  const message = isObject(value) ? value["chatMessage"] : undefined;
  return isObject(message) && typeof message["type"] === "string" && !isEventType(message["type"]);
}

function describe(value: unknown): string {
  return isObject(value) ? "an object without a chatMessage" : String(value);
}

/** Reads an agent's stream to its response and pushes everything before it. */
export async function respondFromStream(
  name: string,
  stream: AsyncIterable<StreamItem | Response>,
  turn: Turn,
): Promise<Response> {
  for await (const item of stream) {
    if (item.type === "Response") return item;
    await turn.emit(item);
  }
  throw new RuntimeError(`The agent '${name}' did not produce a final response: its stream ended without one.`);
}

/** A message as the diagnostics channels carry it. */
export function channelMessage(
  message: ChatMessage,
  registry: MessageRegistry | undefined,
): { readonly type: string; readonly source: string; readonly content: Json } {
  const json = registry?.toJson(message);
  return { type: message.type, source: message.source, content: json?.["content"] ?? null };
}
