import { observed } from "../diagnostics/channels.ts";
import { ObservedSession } from "../journal/observed-session.ts";
import type { RunSession, ScopeOptions } from "../journal/run-session.ts";
import { plainIo } from "../run/context.ts";
import type { RunContext } from "../run/run-context.ts";
import type { EffectIo, EffectSpec, LeafIo, LeafSpec } from "./effect-spec.ts";

/**
 * Touches the world once. In a journaled run the body is never run when the journal has the result; in an observed one
 * it is published; in plain mode this is one branch and the call of `perform`.
 *
 * @throws ValueError `ERR_EFFECT_NOT_JSON` when the result cannot be recorded.
 */
export function effect<T>(context: RunContext, spec: EffectSpec<T>, perform: (io: EffectIo) => Promise<T>): Promise<T> {
  return leaf(context, spec, perform);
}

/** {@link effect} for effects of the seam's own. Items are not shown in plain mode: who has some, shows them without a leaf. */
export function leaf<T>(context: RunContext, spec: LeafSpec<T>, perform: (io: LeafIo) => Promise<T>): Promise<T> {
  if (context.session !== undefined) return context.session.leaf(context, spec, perform);
  if (observed()) return sessionFor(context).leaf(context, spec, perform);
  return perform(plainIo(context));
}

/**
 * A named stretch of code: the run of a team, the turn of an agent, a call of an agent as a tool.
 * Its body always runs, in a replay too; only the effects in it are answered. Scopes of siblings may run at once.
 */
export function scope<T>(
  context: RunContext,
  name: string,
  body: (context: RunContext) => Promise<T>,
  options?: ScopeOptions,
): Promise<T> {
  return context.session === undefined ? body(context) : context.session.scope(context, name, body, options);
}

/** True when nobody records or watches the effects of this context. */
export function isPlainEffect(context: RunContext): boolean {
  return context.session === undefined && !observed();
}

/** A session for one effect that belongs to no observed run, but that somebody wants to see. */
export function sessionFor(context: RunContext): RunSession {
  return new ObservedSession({ runId: context.runId, meter: context.meter });
}
