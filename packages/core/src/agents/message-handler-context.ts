import { ContextStore } from "./context-store.ts";
import { RuntimeError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";

const storage = new ContextStore<AgentId>();

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
    const id = storage.get();
    if (id === undefined) {
      throw new RuntimeError("MessageHandlerContext.agentId() must be called within a message handler.");
    }
    return id;
  }

  /** The id of the agent whose handler is running, `undefined` outside of a handler. */
  static currentAgentId(): AgentId | undefined {
    return storage.get();
  }

  /** The key of the agent whose handler is running, `undefined` outside of a handler. */
  static currentKey(): string | undefined {
    return storage.get()?.key;
  }

  /** Calls `fn` as if within the handler of that agent; with `undefined`, as if outside of any. */
  static populateContext<T>(agentId: AgentId | undefined, fn: () => T): T {
    return storage.run(agentId, fn);
  }
}
