import { AsyncLocalStorage } from "node:async_hooks";
import { RuntimeError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";

const storage = new AsyncLocalStorage<AgentId | undefined>();

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
    const id = storage.getStore();
    if (id === undefined) {
      throw new RuntimeError("MessageHandlerContext.agentId() must be called within a message handler.");
    }
    return id;
  }

  /** The id of the agent whose handler is running, `undefined` outside of a handler. */
  static currentAgentId(): AgentId | undefined {
    return storage.getStore();
  }

  /** The key of the agent whose handler is running, `undefined` outside of a handler. */
  static currentKey(): string | undefined {
    return storage.getStore()?.key;
  }

  /** Calls `fn` as if within the handler of that agent; with `undefined`, as if outside of any. */
  static populateContext<T>(agentId: AgentId | undefined, fn: () => T): T {
    return storage.run(agentId, fn);
  }
}

/**
 * Makes the rest of the running task, and all it starts, belong to that agent's handler.
 * For dispatch loops that own their task: half the price of a nested call.
 */
export function enterMessageHandler(agentId: AgentId | undefined): void {
  storage.enterWith(agentId);
}
