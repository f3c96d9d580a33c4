import type { AgentId } from "../identifiers/agent-id.ts";
import type { AgentRuntime } from "../runtime/agent-runtime.ts";
import { ContextStore } from "./context-store.ts";

/** Where code of an agent runs: in the making of the agent, or in one of its handlers. */
export class AgentScope {
  readonly agentId: AgentId;
  readonly runtime: AgentRuntime | undefined;
  /** True while the factory runs. What the factory has started and left running is in a handler's place later. */
  making: boolean;

  constructor(agentId: AgentId, runtime: AgentRuntime | undefined, making: boolean) {
    this.agentId = agentId;
    this.runtime = runtime;
    this.making = making;
  }
}

/**
 * The scope of the code that runs. One store serves factories and handlers, because every context that is set costs
 * a good part of a new agent.
 */
export const agentScopes: ContextStore<AgentScope> = new ContextStore();

/** The agent that is being made. */
export interface AgentInstantiation {
  readonly runtime: AgentRuntime;
  readonly agentId: AgentId;
}

/** What is being made, `undefined` outside of a factory. */
export function agentInTheMaking(): AgentInstantiation | undefined {
  const scope = agentScopes.get();
  return scope?.making === true && isComplete(scope) ? scope : undefined;
}

/** The id of the agent whose handler is running, `undefined` outside of a handler. */
export function handlingAgentId(): AgentId | undefined {
  const scope = agentScopes.get();
  return scope?.making === false ? scope.agentId : undefined;
}

/** Calls `fn` as if within the handler of that agent; with `undefined`, as if outside of any. */
export function asHandlerOf<T>(agentId: AgentId | undefined, fn: () => T): T {
  return agentScopes.run(agentId === undefined ? undefined : new AgentScope(agentId, undefined, false), fn);
}

function isComplete(scope: AgentScope): scope is AgentScope & AgentInstantiation {
  return scope.runtime !== undefined;
}
