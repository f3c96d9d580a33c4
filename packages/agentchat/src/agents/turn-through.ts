import { throughMiddleware } from "@tesserae/core";
import type { AgentMiddleware } from "../base/agent-middleware.ts";
import type { Response, Turn } from "../base/task.ts";
import type { ChatMessage } from "../messages/types.ts";

/**
 * A turn of an agent through middleware. An abort leaves the middleware where it is; the agent comes to its end, and cleans
 * up, as without it.
 */
export async function turnThrough(
  list: readonly AgentMiddleware[],
  agent: string,
  messages: readonly ChatMessage[],
  turn: Turn,
  respond: (messages: readonly ChatMessage[], turn: Turn) => Promise<Response>,
): Promise<Response> {
  const { context } = turn;
  let responding: Promise<Response> | undefined;
  try {
    return await throughMiddleware(list, {
      hook: (one: AgentMiddleware) => one.turn,
      context,
      call: { agent, messages, context, emit: (item) => turn.emit(item) },
      type: "Response",
      what: `a turn of ${agent}`,
      perform: ({ messages: heard }, inner) => (responding = respond(heard, { ...turn, context: inner })),
    });
  } catch (error) {
    if (context.signal?.aborted === true) await responding?.catch(() => undefined);
    throw error;
  }
}
