import { ValueError, raceSignal, scope, type RunContext } from "@tesserae/core";
import type { ChatAgent } from "../base/chat-agent.ts";
import type { Response, Turn } from "../base/task.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";

/** One turn of an agent in a scope of its own, shown on the stream; its answer is shown last. */
export async function takeTurn(
  agent: ChatAgent,
  messages: readonly ChatMessage[],
  run: RunContext,
  emit: Turn["emit"],
): Promise<Response> {
  const response = await scope(
    run,
    agent.name,
    (context) => {
      const turn: Turn = { context, emit };
      const responding =
        agent.respond?.(messages, turn) ??
        respondFromStream(agent.name, agent.onMessagesStream(messages, { signal: context.signal, context }), turn);
      // An agent that does not watch the signal must not keep the run from ending.
      return raceSignal(responding, context.signal);
    },
    { agent: agent.name },
  );
  await emit(response.chatMessage);
  return response;
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
  throw new ValueError(`The agent '${name}' did not produce a final response: its stream ended without one.`);
}
