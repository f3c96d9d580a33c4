import type { AgentCell } from "./agent-cell.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import type { DeliveryTrace } from "./delivery-trace.ts";
import type { Envelope } from "./envelope.ts";
import { HandlerContext } from "./handler-context.ts";
import type { HandlerScopes } from "./handler-scopes.ts";

/** Calls handlers, and keeps count of what each agent is handling. */
export class HandlerCalls {
  readonly #runtime: AgentRuntime;
  readonly #scopes: HandlerScopes;
  readonly #trace: DeliveryTrace;
  readonly #clone: ((message: unknown) => unknown) | undefined;

  /** @param clone gives each recipient a copy of its own. */
  constructor(
    runtime: AgentRuntime,
    scopes: HandlerScopes,
    trace: DeliveryTrace,
    clone: ((message: unknown) => unknown) | undefined,
  ) {
    this.#trace = trace;
    this.#runtime = runtime;
    this.#scopes = scopes;
    this.#clone = clone;
  }

  /** Calls `retry` once the agent is free, or the runtime has let go of it. */
  whenFree(cell: AgentCell, retry: () => void): void {
    (cell.waiting ??= []).push(retry);
  }

  /** Calls the handler at once. Whether it returns or throws, {@link release} must follow. */
  call(cell: AgentCell, envelope: Envelope): unknown {
    cell.active += 1;
    cell.touched = true;
    const message = this.#clone === undefined ? envelope.message : this.#clone(envelope.message);
    const context = new HandlerContext(this.#runtime, cell.id, envelope);
    const { run, trace } = envelope;
    if (trace === undefined) return this.#scopes.callHandler(cell, message, context, run);
    const traced = (body: () => unknown): unknown => this.#trace.process(envelope, trace, cell, body);
    return this.#scopes.callHandler(cell, message, context, run, traced);
  }

  /** The handler is done: those that waited for the agent may go on. */
  release(cell: AgentCell): void {
    cell.active -= 1;
    if (cell.waiting !== undefined) startWaiting(cell);
  }

  /** A context for code that looks at a message before any agent does. */
  outsideContext(envelope: Envelope): HandlerContext {
    return new HandlerContext(this.#runtime, undefined, envelope);
  }
}

/** Starts deliveries that waited for their turn, as many as the limit allows; all when the agent is gone. */
export function startWaiting(cell: AgentCell): void {
  while (cell.waiting !== undefined && (cell.active < cell.limit || !cell.live)) {
    const next = cell.waiting.shift();
    if (cell.waiting.length === 0) cell.waiting = undefined;
    next?.();
  }
}
