import type { Json } from "../json.ts";
import type { LeafIo, LeafSpec } from "../effects/effect-spec.ts";
import type { JoinedItem, JoinOptions } from "../run/join.ts";
import type { RunContext } from "../run/run-context.ts";

/** How a run stands to a journal: `plain` without one. */
export type RunMode = "plain" | "record" | "replay" | "resume" | "fork";

/** What may be said about a scope. */
export interface ScopeOptions {
  /** The position, when siblings of one name race; from data, never from a counter. */
  readonly index?: number | undefined;
  /** The agent that acts in it. */
  readonly agent?: string | undefined;
}

/** One of several calls that run at once; it shows items. */
export type ShowingCall<Item, Result> = (show: (item: Item) => void | Promise<void>) => Promise<Result>;

/** What reached a run from outside of its effects. */
export interface RunSignal {
  readonly kind: "abort" | "pause" | "resume" | "message" | "answer";
  /** For whom: an agent's or team's path, or the address of an input. */
  readonly to: string;
  readonly value: Json;
}

/**
 * What records, answers and publishes the effects of one run. There is one in a run that is journaled or observed.
 * Agents and teams reach it only through the functions of the seam (`effect`, `scope`, `callModel`, …).
 */
export interface RunSession {
  readonly runId: string;
  readonly mode: RunMode;
  /**
   * True while a resumed run is answered from its journal: what it emits now was emitted before, and is not streamed
   * again unless `replayEvents` was asked for.
   */
  readonly silent: boolean;
  /** The current turn, from 0; `null` before the first one was marked. */
  readonly turn: number | null;
  leaf<T>(context: RunContext, spec: LeafSpec<T>, perform: (io: LeafIo) => Promise<T>): Promise<T>;
  scope<T>(
    context: RunContext,
    name: string,
    body: (context: RunContext) => Promise<T>,
    options?: ScopeOptions,
  ): Promise<T>;
  now(context: RunContext): number;
  id(context: RunContext): string;
  random(context: RunContext): number;
  join<T>(
    context: RunContext,
    items: readonly AsyncIterable<T>[],
    options?: JoinOptions<T>,
  ): AsyncIterable<JoinedItem<T>>;
  /** Runs calls at once and keeps the order in which their items came. Only where there is a journal. */
  callAtOnce?<Item, Result>(
    context: RunContext,
    calls: readonly ShowingCall<Item, Result>[],
    onItem: (item: Item) => void | Promise<void>,
    options?: JoinOptions<Item>,
  ): Promise<readonly PromiseSettledResult<Result>[]>;
}
