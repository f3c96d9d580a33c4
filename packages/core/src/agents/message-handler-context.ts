import { RuntimeError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import { asHandlerOf, handlingAgentId } from "./agent-scope.ts";

/**
 * Which agent's handler is running, for code that has no argument to learn it from.
 *
 * It holds in everything that a handler awaits or starts. Runtimes populate it; tests may.
 */
export class MessageHandlerContext {
  constructor() {
    throw new RuntimeError("MessageHandlerContext cannot be instantiated: use its static methods.");
  }

  /** The id of the agent whose handler is running. @throws RuntimeError outside of a handler. */
  static agentId(): AgentId {
    const id = MessageHandlerContext.currentAgentId();
    if (id === undefined) {
      throw new RuntimeError("MessageHandlerContext.agentId() must be called within a message handler.");
    }
    return id;
  }

  /** The id of the agent whose handler is running, `undefined` outside of a handler. */
  static currentAgentId(): AgentId | undefined {
    return handlingAgentId();
  }

  /** Calls `fn` as if within the handler of that agent; with `undefined`, as if outside of any. */
  static populateContext<T>(agentId: AgentId | undefined, fn: () => T): T {
    return asHandlerOf(agentId, fn);
  }
}
