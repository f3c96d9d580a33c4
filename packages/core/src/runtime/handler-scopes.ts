import type { AsyncResource } from "node:async_hooks";
import type { MessageContext } from "../agents/agent.ts";
import { agentScopes, asHandlerOf, type AgentScope } from "../agents/agent-scope.ts";
import { asyncHooks } from "../agents/context-store.ts";
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

  /** Calls a factory in the scope of the agent that it makes; whoever calls says when it is made. */
  callFactory<T>(
    scope: AgentScope,
    factory: () => T,
  ): { readonly made: T; readonly resource: AsyncResource | undefined } {
    const hooks = this.#hooks;
    return this.callOutside(() =>
      agentScopes.run(scope, () => ({
        made: factory(),
        resource: hooks === undefined ? undefined : makeResource(hooks),
      })),
    );
  }

  /**
   * Calls the handler of an agent, in the run of the sender when that run records or is watched.
   * @param around calls the handler for somebody who watches messages.
   */
  callHandler(
    cell: AgentCell,
    message: unknown,
    context: MessageContext,
    run: RunContext | undefined,
    around?: (body: () => unknown) => unknown,
  ): unknown {
    const { agent } = cell;
    const isInRun = run?.session !== undefined;
    if (isInRun || around !== undefined) {
      const handle = (): unknown => agent.onMessage(message, context);
      const handled = (): unknown => asHandlerOf(cell.id, around === undefined ? handle : () => around(handle));
      return this.callOutside(isInRun ? () => runWith(run, handled) : handled);
    }
    const resource = this.#resourceOf(cell);
    return resource === undefined
      ? asHandlerOf(cell.id, () => agent.onMessage(message, context))
      : resource.runInAsyncScope(agent.onMessage, agent, message, context);
  }

  /** Many agents get one message and no more: what was made with the agent is kept only from the second on. */
  #resourceOf(cell: AgentCell): AsyncResource | undefined {
    const { resource } = cell;
    if (cell.greeted) return resource ?? this.#keepResource(cell);
    cell.greeted = true;
    if (resource === undefined) return this.#keepResource(cell);
    cell.resource = undefined;
    return resource;
  }

  #keepResource(cell: AgentCell): AsyncResource | undefined {
    const hooks = this.#hooks;
    if (hooks === undefined) return undefined;
    const resource = this.callOutside(() => asHandlerOf(cell.id, () => makeResource(hooks)));
    const dropped = this.#kept[this.#next];
    if (dropped !== undefined) dropped.resource = undefined;
    this.#kept[this.#next] = cell;
    this.#next = (this.#next + 1) % KEPT_SCOPES;
    cell.resource = resource;
    return resource;
  }
}

function makeResource(hooks: NonNullable<ReturnType<typeof asyncHooks>>): AsyncResource {
  return new hooks.AsyncResource("TesseraeAgent", { requireManualDestroy: true });
}

/** Calls `fn` outside of the handler, factory and run that the caller is in. */
function outside<T>(fn: () => T): T {
  const outsideOfRun = (): T => (currentRun() === undefined ? fn() : runWith(plainContext(), fn));
  return agentScopes.get() === undefined ? outsideOfRun() : agentScopes.run(undefined, outsideOfRun);
}
