import { AsyncLocalStorage } from "node:async_hooks";
import { RuntimeError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { AgentRuntime } from "../runtime/agent-runtime.ts";

/** The agent that is being made. */
export interface AgentInstantiation {
  readonly runtime: AgentRuntime;
  readonly agentId: AgentId;
}

const storage = new AsyncLocalStorage<AgentInstantiation>();

/**
 * Which agent is being made, and by which runtime, while a factory and a constructor run.
 * A factory gets the same two as its argument; `BaseAgent` reads them here.
 */
export class AgentInstantiationContext {
  constructor() {
    throw new RuntimeError("AgentInstantiationContext cannot be instantiated: use its static methods.");
  }

  /** @throws RuntimeError outside of a factory. */
  static currentRuntime(): AgentRuntime {
    return current("currentRuntime").runtime;
  }

  /** @throws RuntimeError outside of a factory. */
  static currentAgentId(): AgentId {
    return current("currentAgentId").agentId;
  }

  static isInFactoryCall(): boolean {
    return storage.getStore() !== undefined;
  }

  /** What is being made, `undefined` outside of a factory. */
  static current(): AgentInstantiation | undefined {
    return storage.getStore();
  }

  /** Calls `fn` as if within the factory of that agent. */
  static populateContext<T>(instantiation: AgentInstantiation, fn: () => T): T {
    return storage.run(instantiation, fn);
  }
}

function current(method: string): AgentInstantiation {
  const instantiation = storage.getStore();
  if (instantiation === undefined) {
    throw new RuntimeError(
      `AgentInstantiationContext.${method}() must be called within an agent factory. ` +
        "Register the class with a runtime, or populate the context in a test.",
    );
  }
  return instantiation;
}
