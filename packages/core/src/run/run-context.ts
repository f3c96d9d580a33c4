import type { RunSession } from "../journal/run-session.ts";
import type { OpenLeaf } from "../journal/open-leaf.ts";
import type { ScopeState } from "../journal/scope-state.ts";
import type { JoinedItem, JoinOptions } from "./join.ts";
import type { RunMeter } from "./meter.ts";
import type { RunHooks } from "./run-hooks.ts";

/**
 * Where a piece of work stands: its run, its scope, its signal, and the run's clock, ids and random numbers.
 *
 * It is passed as an argument from the run's start down to every effect. Code that has no argument to take it from
 * (a user's tool, a user's agent) reaches it with `currentRun()`. It never changes: a scope, a leaf and another signal
 * each get a context of their own.
 *
 * In a journaled run `now`, `id`, `random` and `sleep` give the recorded or derived values, so that a replay is equal
 * byte for byte; without a journal they are the plain functions.
 */
export interface RunContext {
  /** The run's id, empty outside of a run. */
  readonly runId: string;
  /** The scope path, for example `/team[0]/analyst[2]`; empty at the root. */
  readonly path: string;
  /** Aborts the work of this context. In a journaled run it is the session's own, so that an abort has a place in the order. */
  readonly signal: AbortSignal | undefined;
  /**
   * What records, answers and publishes the effects of this run.
   * `undefined` when there is neither a journal nor a subscriber: then an effect is one branch and the call itself.
   */
  readonly session: RunSession | undefined;
  /** What the run has used, and may still use. `undefined` outside of a run. */
  readonly meter: RunMeter | undefined;
  /** Who decides about the tool calls of the run, and what stands around its calls. `undefined` where nobody was named. */
  readonly hooks: RunHooks | undefined;
  /** The counters of the scope; of use to the session only. */
  readonly scope: ScopeState | undefined;
  /** The leaf effect whose body this context was made for: an effect asked for in here is covered by that leaf. */
  readonly leaf: OpenLeaf | undefined;
  /** Milliseconds since 1970. A recorded value: use it for whatever reaches a message. */
  now(): number;
  /** A UUID v4. In a journaled run it is derived from the seed, the path and a counter. */
  id(): string;
  /** A number in [0, 1), derived like {@link RunContext.id}. */
  random(): number;
  /** Waits; rejects with `CancelledError` when the signal aborts. */
  sleep(milliseconds: number): Promise<void>;
  /**
   * Merges iterables that race, in the order of arrival; the order is recorded when more than one is open.
   * Leaving the loop early closes all of them.
   */
  join<T>(items: readonly AsyncIterable<T>[], options?: JoinOptions<T>): AsyncIterable<JoinedItem<T>>;
  /** The same context with another signal. */
  withSignal(signal: AbortSignal | undefined): RunContext;
}
