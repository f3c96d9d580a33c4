import type { AsyncResource } from "node:async_hooks";
import type { MessageContext } from "../agents/agent.ts";
import { AgentInstantiationContext, type AgentInstantiation } from "../agents/agent-instantiation-context.ts";
import { asyncHooks } from "../agents/context-store.ts";
import { MessageHandlerContext } from "../agents/message-handler-context.ts";
import { plainContext } from "../run/context.ts";
import { currentRun, runWith } from "../run/current-run.ts";
import type { RunContext } from "../run/run-context.ts";
import type { AgentCell } from "./agent-cell.ts";

/** Agents whose scope is kept; it takes about 300 bytes. */
const KEPT_SCOPES = 4096;

/**
 * The ambient contexts of a runtime's handlers and factories.
 *
 * Each handler finds itself in a context of its own: neither in that of the sender, nor of another handler, nor of
 * whoever started the runtime. What the user's own code keeps in an async context is that of the place where the
 * runtime was made. Setting a context costs several times more than going back to one, so the agents that get
 * messages often keep theirs.
 */
export class HandlerScopes {
  readonly #hooks: ReturnType<typeof asyncHooks>;
  readonly #home: AsyncResource | undefined;
  readonly #kept: (AgentCell | undefined)[] = [];
  #next = 0;

  constructor() {
    const hooks = asyncHooks();
    this.#hooks = hooks;
    this.#home = hooks === undefined ? undefined : outside(() => makeResource(hooks));
  }

  /** Calls `fn` outside of every handler. */
  callOutside<T>(fn: () => T): T {
    return this.#home === undefined ? fn() : this.#home.runInAsyncScope(fn);
  }

  /** Calls a factory in the context of the agent that it makes. */
  callFactory<T>(instantiation: AgentInstantiation, factory: () => T): T {
    return this.callOutside(() => AgentInstantiationContext.populateContext(instantiation, factory));
  }

  /** Calls the handler of an agent, in the run of the sender when that run records or is watched. */
  callHandler(cell: AgentCell, message: unknown, context: MessageContext, run: RunContext | undefined): unknown {
    const { agent } = cell;
    if (run?.session !== undefined) {
      return this.callOutside(() =>
        runWith(run, () => MessageHandlerContext.populateContext(cell.id, () => agent.onMessage(message, context))),
      );
    }
    const scope = cell.scope ?? this.#scopeOf(cell);
    if (scope !== undefined) return scope.runInAsyncScope(agent.onMessage, agent, message, context);
    return this.callOutside(() =>
      MessageHandlerContext.populateContext(cell.id, () => agent.onMessage(message, context)),
    );
  }

  /** Many agents get one message and no more: a scope is made at the second. */
  #scopeOf(cell: AgentCell): AsyncResource | undefined {
    const hooks = this.#hooks;
    if (hooks === undefined) return undefined;
    if (!cell.greeted) {
      cell.greeted = true;
      return undefined;
    }
    const scope = this.callOutside(() => MessageHandlerContext.populateContext(cell.id, () => makeResource(hooks)));
    const dropped = this.#kept[this.#next];
    if (dropped !== undefined) dropped.scope = undefined;
    this.#kept[this.#next] = cell;
    this.#next = (this.#next + 1) % KEPT_SCOPES;
    cell.scope = scope;
    return scope;
  }
}

function makeResource(hooks: NonNullable<ReturnType<typeof asyncHooks>>): AsyncResource {
  return new hooks.AsyncResource("TesseraeAgent", { requireManualDestroy: true });
}

/** Calls `fn` outside of the handler, factory and run that the caller is in. */
function outside<T>(fn: () => T): T {
  const cleared = (): T => {
    if (!AgentInstantiationContext.isInFactoryCall()) return fn();
    return AgentInstantiationContext.populateContext(undefined, fn);
  };
  const outsideOfRun = (): T => (currentRun() === undefined ? cleared() : runWith(plainContext(), cleared));
  if (MessageHandlerContext.currentAgentId() === undefined) return outsideOfRun();
  return MessageHandlerContext.populateContext(undefined, outsideOfRun);
}
