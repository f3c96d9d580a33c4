import { RuntimeError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { AgentRuntime } from "../runtime/agent-runtime.ts";
import { AgentScope, agentInTheMaking, agentScopes, type AgentInstantiation } from "./agent-scope.ts";

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
    return agentScopes.get()?.making === true;
  }

  /** What is being made, `undefined` outside of a factory. */
  static current(): AgentInstantiation | undefined {
    return agentInTheMaking();
  }

  /** Calls `fn` as if within the factory of that agent; with `undefined`, as if outside of any. */
  static populateContext<T>(instantiation: AgentInstantiation | undefined, fn: () => T): T {
    if (instantiation === undefined) return agentScopes.run(undefined, fn);
    return agentScopes.run(new AgentScope(instantiation.agentId, instantiation.runtime, true), fn);
  }
}

function current(method: string): AgentInstantiation {
  const instantiation = AgentInstantiationContext.current();
  if (instantiation === undefined) {
    throw new RuntimeError(
      `AgentInstantiationContext.${method}() must be called within an agent factory. ` +
        "Register the class with a runtime, or populate the context in a test.",
    );
  }
  return instantiation;
}
